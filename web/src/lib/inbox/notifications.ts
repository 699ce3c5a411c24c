import type { Notification } from "../api/types";
import { href } from "../route";

/** Both lists as one, newest first; where both have one, the later reading of it counts. */
export function merge(before: readonly Notification[], fresh: readonly Notification[]): Notification[] {
	const all = new Map(before.map((one) => [one.id, one]));
	for (const one of fresh) all.set(one.id, one);
	return [...all.values()].sort((a, b) => b.number - a.number);
}

/** The task over its board, or the project that it is about. */
export function addressOfNotification({ task }: Notification, key: string): string {
	return href({ name: "project", key, view: "board", ...(task ? { task: task.number } : {}) });
}

/** Whether looking at this place is having read it. */
export function concerns(one: Notification, project: string, task: number | undefined): boolean {
	if (one.read_at !== null || one.project.id !== project) return false;
	return one.task === null || one.task.number === task;
}
