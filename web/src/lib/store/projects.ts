import { computed, signal } from "@preact/signals";
import { api, body } from "../api/client";
import type { Problem } from "../api/problem";
import type { ProjectEvent, ProjectSummary } from "../api/types";
import { explain } from "../messages/errors";
import { toast } from "../toasts";
import { ProjectStore, type Source, type Standing } from "./project";

const source: Source = {
	snapshot: (project) => body(api.GET("/projects/{project}/board", { params: { path: { project } } })),
	page: (project, after) =>
		body(
			api.GET("/projects/{project}/events", {
				params: { path: { project }, query: { after, limit: 500 } },
				headers: { Accept: "application/json" },
			}),
		),
};

const stores = new Map<string, ProjectStore>();
const list = signal<ProjectSummary[] | undefined>(undefined);
const listProblem = signal<Problem | null>(null);

/** My projects, archived ones too; undefined until they were read once. */
export const allProjects = computed(() => list.value);
/** My projects that are not archived, by name. */
export const projects = computed(() =>
	list.value?.filter((project) => project.archived_at === null).sort((a, b) => a.name.localeCompare(b.name)),
);
export const projectsProblem = computed(() => listProblem.value);

export async function loadProjects(): Promise<void> {
	const items: ProjectSummary[] = [];
	let cursor: string | undefined;
	try {
		do {
			const query = { archived: "any" as const, limit: 200, ...(cursor ? { cursor } : {}) };
			const page = await body(api.GET("/projects", { params: { query } }));
			items.push(...page.items);
			cursor = page.next_cursor ?? undefined;
		} while (cursor);
		list.value = items;
		listProblem.value = null;
	} catch (error) {
		listProblem.value = error as Problem;
	}
}

export function findProject(key: string): ProjectSummary | undefined {
	return list.value?.find((project) => project.key.toLowerCase() === key.toLowerCase());
}

/** The store of a project, made and loaded at the first call and kept while the page lives. */
export function openProject(id: string): ProjectStore {
	let store = stores.get(id);
	if (!store) {
		store = new ProjectStore(id, source, (operation, problem) => {
			toast({ tone: "danger", text: operation.failure(), detail: explain(problem) });
		});
		stores.set(id, store);
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
		list.value = list
			.peek()
			?.map((project) => (project.id === changed.id ? { ...project, ...changed } : project));
	}
}

export function receiveHello(epoch: string, standings: Record<string, Standing>): void {
	for (const store of stores.values()) {
		const standing = standings[store.id];
		if (standing) store.hello(epoch, standing);
	}
	const known = list.peek();
	const unknown = known && Object.keys(standings).some((id) => !known.some((project) => project.id === id));
	if (unknown) void loadProjects();
}

export function receiveLeft(project: string): void {
	stores.get(project)?.leave();
	stores.delete(project);
	list.value = list.peek()?.filter((other) => other.id !== project);
}

export function receiveJoined(): void {
	void loadProjects();
}

/** Another user signs in: nothing of the former one may stay. */
export function forgetProjects(): void {
	stores.clear();
	list.value = undefined;
}
