import type { Notification } from "boardcast";
import { href } from "../../platform/route";

/**
 * The list in bundles: unread comments on one task that follow each other are one of several, everything else is alone. The
 * newest is the first, in a bundle too.
 */
export function bundled(all: readonly Notification[]): Notification[][] {
	const bundles: Notification[][] = [];
	for (const one of all) {
		const last = bundles.at(-1);
		if (last?.[0] && belongTogether(last[0], one)) last.push(one);
		else bundles.push([one]);
	}
	return bundles;
}

function belongTogether(a: Notification, b: Notification): boolean {
	const isUnreadComment = (one: Notification) => one.kind === "commented" && one.read_at === null;
	return isUnreadComment(a) && isUnreadComment(b) && a.task?.id === b.task?.id;
}

/** The address of the comment or the task that it is about, or of the project. */
export function addressOfNotification({ task, comment }: Notification, key: string): string {
	const path = href({ name: "project", key, view: "board", ...(task ? { task: task.number } : {}) });
	return comment ? `${path}#comment-${comment.id}` : path;
}

/** Whether it is unread and about what is open: this task of this project, or the project itself. */
export function concerns(one: Notification, project: string, task: number | undefined): boolean {
	if (one.read_at !== null || one.project.id !== project) return false;
	return one.task === null || one.task.number === task;
}
