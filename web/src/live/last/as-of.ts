import { shownAsOf } from "./state";

/** Stands for what is shown beside the projects, such as the list of them. */
export const allOfIt = "";

/** A project is shown as it was kept, or, without a moment, as it is. */
export function setAsOf(project: string, at: number | undefined): void {
	const before = shownAsOf.peek();
	if (at === before.get(project)) return;
	const others = [...before].filter(([id]) => id !== project);
	shownAsOf.value = new Map(at === undefined ? others : [...others, [project, at]]);
}
