// Up to which event a person has seen each project, kept in the browser for each user: what came since is news on the first page.
import { effect } from "@preact/signals";
import { allProjects } from "../../live/projects";
import { shownProject } from "../../live/shown-project";
import type { ProjectStore } from "../../live/store/project";

const prefix = "boardcast.visits.";

type Visits = Readonly<Record<string, number>>;

/** The number of the last event that was seen, by project. */
export function visits(user: string): Visits {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(prefix + user) ?? "{}");
		const all = Object.entries((kept ?? {}) as Record<string, unknown>);
		return Object.fromEntries(all.filter((entry): entry is [string, number] => Number.isInteger(entry[1])));
	} catch {
		return {};
	}
}

/** Nothing is kept of a project that is not one of the user's any more. */
function noteVisit(user: string, project: string, seq: number): void {
	const known = allProjects.peek();
	const kept = Object.entries({ ...visits(user), [project]: seq });
	const left = known ? kept.filter(([id]) => known.some((one) => one.id === id)) : kept;
	try {
		localStorage.setItem(prefix + user, JSON.stringify(Object.fromEntries(left)));
	} catch {
		// Without storage there is no news.
	}
}

/** Notes what is seen: of the shown project, whenever the person comes, goes, or looks away. Returns how to stop. */
export function followVisits(user: string): () => void {
	let store: ProjectStore | undefined;
	const note = () => {
		if (store?.applied !== undefined) noteVisit(user, store.id, store.applied);
	};
	const stop = effect(() => {
		const next = shownProject();
		if (next === store) return;
		// What came while the tab was hidden is not seen.
		if (!document.hidden) note();
		store = next;
		if (!document.hidden) note();
	});
	document.addEventListener("visibilitychange", note);
	const onHide = () => {
		if (!document.hidden) note();
	};
	addEventListener("pagehide", onHide);
	return () => {
		onHide();
		stop();
		document.removeEventListener("visibilitychange", note);
		removeEventListener("pagehide", onHide);
	};
}
