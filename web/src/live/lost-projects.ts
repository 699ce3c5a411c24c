import { signal } from "@preact/signals";

/** A project that the page had and that the user can no longer read. */
export interface LostProject {
	id: string;
	name: string;
	key: string;
	/** `unknown`: it happened while the page was not connected. */
	reason: "removed" | "deleted" | "unknown";
	/** How many edits of the user had not reached it. */
	unsent: number;
}

/** Shown above the page until the person dismisses them. */
export const lostProjects = signal<readonly LostProject[]>([]);

const expected = new Set<string>();

/** The user leaves or deletes the project, so the page does not report it as lost. Returns how to take that back. */
export function expectLoss(project: string): () => void {
	expected.add(project);
	return () => expected.delete(project);
}

/** Whether the user is about to have left or deleted the project. */
export function expectsLoss(project: string): boolean {
	return expected.has(project);
}

const losses = new Set<(project: string) => void>();

/** Sets what else forgets a project that the user has lost. */
export function onLost(forget: (project: string) => void): void {
	losses.add(forget);
}

/** Nothing of it is kept or shown from now on. */
export function forgetLost(project: string): void {
	for (const forget of losses) forget(project);
}

export function addLostProject(lost: LostProject): void {
	if (expected.delete(lost.id)) return;
	lostProjects.value = [...lostProjects.peek().filter(({ id }) => id !== lost.id), lost];
}

export function dismissLostProject(project: string): void {
	lostProjects.value = lostProjects.peek().filter(({ id }) => id !== project);
}
