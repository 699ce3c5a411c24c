import { batch, computed, effect, signal } from "@preact/signals";
import {
	type Problem,
	type Project,
	type ProjectEvent,
	type ProjectSummary,
	type Standing,
	sourceOf,
} from "boardcast";
import { api, body } from "../platform/api";
import { forgetDrafts } from "../platform/drafts";
import { explain } from "../platform/i18n/errors";
import { dismissToastsOf, toast } from "../platform/toasts";
import { withLast } from "./last/source";
import {
	addLostProject,
	dismissLostProject,
	forgetLost,
	type LostProject,
	lostProjects,
} from "./lost-projects";
import { refused } from "./refused";
import { noteAddresses } from "./session-hint";
import { ProjectStore } from "./store/project";

const source = withLast(sourceOf(api), (id) => stores.get(id)?.applied !== undefined);

const stores = new Map<string, ProjectStore>();
const list = signal<ProjectSummary[] | undefined>(undefined);
const listProblem = signal<Problem | null>(null);
/** Keys that were changed while this page was open, so that links with the old key still work. */
const formerKeys = new Map<string, string>();
/** Grows with each sign-out: an answer that was asked for by the former user is dropped. */
let generation = 0;

/** The projects that the user is a member of, archived ones too; undefined until they were read once. */
export const allProjects = computed(() => list.value);
/** The ones that are not archived, by name. */
export const projects = computed(() =>
	list.value?.filter((project) => project.archived_at === null).sort((a, b) => a.name.localeCompare(b.name)),
);
export const projectsProblem = computed(() => listProblem.value);

let reading: Promise<void> | undefined;
let again = false;

/** Read the list. One read at a time, and once more when a change came meanwhile: an older answer never wins. */
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
			replaceList(items);
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

/** Show the list as it was kept. */
export function showProjects(items: ProjectSummary[]): void {
	list.value ??= items;
}

/** Show a fresh list. A project that is missing in it was lost while the page was not connected. */
function replaceList(items: ProjectSummary[]): void {
	const lost = list.peek()?.filter((project) => !items.some(({ id }) => id === project.id)) ?? [];
	batch(() => {
		for (const { id } of lost) receiveLeft(id, "unknown");
		for (const { id } of items) dismissLostProject(id);
		list.value = items;
	});
}

/** So many addresses are noted for the next visit. */
const mostNoted = 200;

effect(() => {
	const noted = list.value?.slice(0, mostNoted);
	if (noted) noteAddresses(Object.fromEntries(noted.map((one) => [addressOf(one).toLowerCase(), one.id])));
});

/** The project of an address: by its key, or by its id where two projects of the user have the same key. */
export function findProject(address: string): ProjectSummary | undefined {
	const wanted = address.toLowerCase();
	return (
		list.value?.find((project) => project.id === wanted) ??
		list.value?.filter((project) => project.key.toLowerCase() === wanted).sort(older)[0] ??
		list.value?.find((project) => project.id === formerKeys.get(wanted))
	);
}

/** How addresses name a project: by its key, unless an older project of the user has the same key. */
export function addressOf(project: Pick<Project, "id" | "key">): string {
	const found = findProject(project.key);
	return found === undefined || found.id === project.id ? project.key : project.id;
}

/** Ids begin with the time of their creation. */
const older = (a: Project, b: Project) => (a.id < b.id ? -1 : 1);

/** The store of a project: loaded at the first call, and kept while the page is open. */
export function openProject(id: string): ProjectStore {
	let store = stores.get(id);
	if (!store) {
		const opened = new ProjectStore(id, source, (operation, problem) => {
			const { stored } = operation;
			const typed = stored?.typed;
			if (!problem) void refused.use(({ forgetRefusedAt }) => forgetRefusedAt(id, stored?.saw));
			else if (typed) void refused.use(({ addRefused }) => addRefused(opened, { ...stored, typed }, problem));
			else toast({ tone: "danger", text: operation.failure(), detail: explain(problem), project: id });
		});
		store = opened;
		stores.set(id, store);
		// A 404 ends the membership too, for the case that the stream is not connected.
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
	// The user has joined or left a project while the page was not connected.
	if (known && !(told.length === known.length && told.every((id) => known.includes(id)))) void loadProjects();
}

/** Where the stream stands in each project; what lies between that and the store is read from the server. */
export function receiveReset(epoch: string, standings: Record<string, Standing>): void {
	for (const store of stores.values()) {
		const standing = standings[store.id];
		if (standing) store.hello(epoch, standing);
	}
}

/** The user is no longer a member: nothing of the project is kept or shown from now on. */
export function receiveLeft(project: string, reason: LostProject["reason"]): void {
	const gone = list.peek()?.find((other) => other.id === project);
	const store = stores.get(project);
	forgetDrafts([
		...(store?.tables.tasks.ids.peek() ?? []),
		...(store?.tables.columns.ids.peek() ?? []),
		...(store?.tables.checklist_items.ids.peek() ?? []),
	]);
	forgetLost(project);
	batch(() => {
		list.value = list.peek()?.filter((other) => other.id !== project);
		stores.delete(project);
		dismissToastsOf(project);
		store?.leave();
		if (gone)
			addLostProject({ id: project, name: gone.name, key: gone.key, reason, unsent: store?.unsent ?? 0 });
	});
}

export function receiveJoined(): void {
	void loadProjects();
}

/** Forget everything of the user who signs out. */
export function forgetProjects(): void {
	generation += 1;
	stores.clear();
	formerKeys.clear();
	list.value = undefined;
	lostProjects.value = [];
}
