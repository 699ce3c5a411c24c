// The tasks that were opened last, kept in the browser for each user: the palette begins with them.
import { signal } from "@preact/signals";
import type { Task } from "boardcast";

interface RecentTask {
	project: string;
	id: string;
	number: number;
	title: string;
}

const most = 12;
const prefix = "boardcast.recent.";

/** Counts the changes of the list, which is read anew each time: other tabs write it too. */
const changes = signal(0);

/** The newest first. */
export function recentTasks(user: string): readonly RecentTask[] {
	changes.value;
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(prefix + user) ?? "[]");
		return Array.isArray(kept) ? kept.filter(isRecent) : [];
	} catch {
		return [];
	}
}

export function noteRecent(user: string, project: string, { id, number, title }: Task): void {
	const others = recentTasks(user).filter((other) => other.id !== id);
	keep(user, [{ project, id, number, title }, ...others].slice(0, most));
}

/** Nothing is kept of a project that is not one of the user's any more. */
export function keepRecentOf(user: string, projects: readonly string[]): void {
	const kept = recentTasks(user);
	const left = kept.filter(({ project }) => projects.includes(project));
	if (left.length < kept.length) keep(user, left);
}

function keep(user: string, all: readonly RecentTask[]): void {
	try {
		localStorage.setItem(prefix + user, JSON.stringify(all));
		changes.value = changes.peek() + 1;
	} catch {
		// Without storage the palette has no such list.
	}
}

function isRecent(value: unknown): value is RecentTask {
	const { project, id, number, title } = (value ?? {}) as Record<string, unknown>;
	return [project, id, title].every((text) => typeof text === "string") && typeof number === "number";
}
