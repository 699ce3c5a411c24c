import { batch, computed, signal } from "@preact/signals";
import { api, body } from "../api/client";
import type { Problem } from "../api/problem";
import type { EventPage, Project, ProjectEvent, ProjectSummary } from "../api/types";
import { explain } from "../messages/errors";
import { forgetDrafts } from "../tasks/drafts";
import { dismissToastsOf, toast } from "../toasts";
import { type Farewell, farewells, putAway, sayFarewell } from "./farewells";
import { ProjectStore, type Source, type Standing } from "./project";

const source: Source = {
	snapshot: (project) => body(api.GET("/projects/{project}/board", { params: { path: { project } } })),
	// The same address is a stream or a page; as JSON it is the page.
	page: (project, after) =>
		body(
			api.GET("/projects/{project}/events", {
				params: { path: { project }, query: { after, limit: 200 } },
				headers: { Accept: "application/json" },
			}),
		) as Promise<EventPage>,
};

const stores = new Map<string, ProjectStore>();
const list = signal<ProjectSummary[] | undefined>(undefined);
const listProblem = signal<Problem | null>(null);
/** Keys that were changed while this page was open: addresses that it shows or links to still work. */
const formerKeys = new Map<string, string>();
/** Counts the users of this page one after another: an answer for the former one is dropped. */
let generation = 0;

/** My projects, archived ones too; undefined until they were read once. */
export const allProjects = computed(() => list.value);
/** My projects that are not archived, by name. */
export const projects = computed(() =>
	list.value?.filter((project) => project.archived_at === null).sort((a, b) => a.name.localeCompare(b.name)),
);
export const projectsProblem = computed(() => listProblem.value);

let reading: Promise<void> | undefined;
let again = false;

/** Read the list; one read at a time, and once more when something changed meanwhile: an older answer never wins. */
export function loadProjects(): Promise<void> {
	if (reading) {
		again = true;
		return reading;
	}
	reading = readProjects().finally(() => {
		reading = undefined;
	});
	return reading;
}

async function readProjects(): Promise<void> {
	const turn = generation;
	do {
		again = false;
		try {
			const items = await readAll();
			if (turn !== generation) return;
			settle(items);
			listProblem.value = null;
		} catch (error) {
			if (turn === generation) listProblem.value = error as Problem;
		}
	} while (again && turn === generation);
}

async function readAll(): Promise<ProjectSummary[]> {
	const items: ProjectSummary[] = [];
	let cursor: string | undefined;
	do {
		const query = { archived: "any" as const, limit: 200, ...(cursor ? { cursor } : {}) };
		const page = await body(api.GET("/projects", { params: { query } }));
		items.push(...page.items);
		cursor = page.next_cursor ?? undefined;
	} while (cursor);
	return items;
}

/** Take over a fresh list. What is missing in it was lost while nobody could tell us. */
function settle(items: ProjectSummary[]): void {
	const lost = list.peek()?.filter((project) => !items.some(({ id }) => id === project.id)) ?? [];
	batch(() => {
		for (const { id } of lost) receiveLeft(id, "unknown");
		for (const { id } of items) putAway(id);
		list.value = items;
	});
}

/** By key, or by id where another of my projects has the same key. */
export function findProject(address: string): ProjectSummary | undefined {
	const wanted = address.toLowerCase();
	return (
		list.value?.find((project) => project.id === wanted) ??
		list.value?.filter((project) => project.key.toLowerCase() === wanted).sort(older)[0] ??
		list.value?.find((project) => project.id === formerKeys.get(wanted))
	);
}

/** What stands for a project in addresses: its key, unless an older one of mine has the same. */
export function addressOf(project: Pick<Project, "id" | "key">): string {
	const found = findProject(project.key);
	return found === undefined || found.id === project.id ? project.key : project.id;
}

/** Ids begin with their time. */
const older = (a: Project, b: Project) => (a.id < b.id ? -1 : 1);

/** The store of a project, made and loaded at the first call and kept while the page lives. */
export function openProject(id: string): ProjectStore {
	let store = stores.get(id);
	if (!store) {
		store = new ProjectStore(id, source, (operation, problem) => {
			toast({ tone: "danger", text: operation.failure(), detail: explain(problem), project: id });
		});
		stores.set(id, store);
		// A 404 says it too, when the stream could not.
		store.status.subscribe((status) => {
			if (status === "gone") receiveLeft(id, "unknown");
		});
		void store.load();
	}
	return store;
}

export function openStores(): ProjectStore[] {
	return [...stores.values()];
}

export function receiveEvent(event: ProjectEvent): void {
	stores.get(event.project)?.receive(event);
	const changed = event.changes?.project?.[0];
	if (changed) {
		const before = list.peek()?.find((project) => project.id === changed.id);
		if (before && changed.key && changed.key !== before.key) {
			formerKeys.set(before.key.toLowerCase(), before.id);
		}
		list.value = list
			.peek()
			?.map((project) => (project.id === changed.id ? { ...project, ...changed } : project));
	}
}

export function receiveHello(epoch: string, standings: Record<string, Standing>): void {
	receiveReset(epoch, standings);
	const known = list.peek()?.map((project) => project.id);
	const told = Object.keys(standings);
	// Joined or left while the page was not connected.
	if (known && !(told.length === known.length && told.every((id) => known.includes(id)))) void loadProjects();
}

/** Where projects stand on the stream; what it leaves out is read from the server. */
export function receiveReset(epoch: string, standings: Record<string, Standing>): void {
	for (const store of stores.values()) {
		const standing = standings[store.id];
		if (standing) store.hello(epoch, standing);
	}
}

/** From this moment nothing of the project is kept or shown. */
export function receiveLeft(project: string, reason: Farewell["reason"]): void {
	const gone = list.peek()?.find((other) => other.id === project);
	const store = stores.get(project);
	forgetDrafts(store?.tables.tasks.ids.peek() ?? []);
	batch(() => {
		list.value = list.peek()?.filter((other) => other.id !== project);
		stores.delete(project);
		dismissToastsOf(project);
		store?.leave();
		if (gone) sayFarewell({ id: project, name: gone.name, key: gone.key, reason });
	});
}

export function receiveJoined(): void {
	void loadProjects();
}

/** Another user signs in: nothing of the former one may stay. */
export function forgetProjects(): void {
	generation += 1;
	stores.clear();
	formerKeys.clear();
	list.value = undefined;
	farewells.value = [];
}
