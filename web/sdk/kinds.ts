// Each kind of object is declared here, once: how it is held, what it belongs to, and its order.
import type { Api } from "./api/client.ts";
import type { Comment, Kind, Kinds, List } from "./api/types.ts";
import { byPosition } from "./position.ts";

export interface KindDeclaration<T = never> {
	/**
	 * `snapshot`: held whole, from the board's answer on. `loaded`: held for the parents that are open, read once for each
	 * and kept live by the events that come meanwhile.
	 */
	held: "snapshot" | "loaded";
	/** The field that names the parent, and the kind of the parent. A loaded object never changes its parent. */
	parent?: { field: keyof T & string; kind: Kind };
	/** The order among the objects of one parent. */
	sort?: (a: T, b: T) => number;
	/** These fields come with the objects of the parent's kind and are held here, under the parent's id. */
	fields?: readonly (keyof T & string)[];
	/** Reads all objects of one parent. */
	read?: (api: Api, project: string, parent: string) => Promise<T[]>;
}
export type Declarations = { readonly [K in Kind]: KindDeclaration<Kinds[K]> };

export const kinds: Declarations = {
	project: { held: "snapshot" },
	members: { held: "snapshot" },
	columns: { held: "snapshot", sort: byPosition },
	tasks: { held: "snapshot", parent: { field: "column_id", kind: "columns" }, sort: byPosition },
	labels: { held: "snapshot" },
	milestones: { held: "snapshot" },
	dependencies: { held: "snapshot" },
	checklist_items: { held: "snapshot", parent: { field: "task_id", kind: "tasks" }, sort: byPosition },
	task_texts: {
		held: "loaded",
		parent: { field: "id", kind: "tasks" },
		fields: ["description", "description_html"],
		read: async (api, project, task) => {
			const params = { path: { project, task } };
			const { data } = await api.GET("/projects/{project}/tasks/{task}", { params });
			const { id, description, description_html, version } = data;
			return [{ id, description, description_html, version }];
		},
	},
	comments: {
		held: "loaded",
		parent: { field: "task_id", kind: "tasks" },
		sort: byCreation,
		read: inPages("/projects/{project}/tasks/{task}/comments"),
	},
	attachments: {
		held: "loaded",
		parent: { field: "task_id", kind: "tasks" },
		sort: byCreation,
		read: inPages("/projects/{project}/tasks/{task}/attachments"),
	},
};

type Created = Pick<Comment, "id" | "created_at" | "version">;
type Listed = "/projects/{project}/tasks/{task}/comments" | "/projects/{project}/tasks/{task}/attachments";

/** Reads what a task has, page by page until the end. */
function inPages<T>(address: Listed) {
	return async (api: Api, project: string, task: string): Promise<T[]> => {
		const items: T[] = [];
		let cursor: string | null | undefined;
		do {
			const params = { path: { project, task }, query: { limit: 200, ...(cursor ? { cursor } : {}) } };
			const page = (await api.GET(address, { params })).data as List<unknown>;
			items.push(...(page.items as T[]));
			cursor = page.next_cursor;
		} while (cursor);
		return items;
	};
}

/** Oldest first; what the server has not seen yet comes last, whatever the clock of this side says. */
function byCreation(a: Created, b: Created): number {
	const unseen = Number(a.version === 0) - Number(b.version === 0);
	return unseen || a.created_at.localeCompare(b.created_at) || (a.id < b.id ? -1 : 1);
}

export function namesOf(declared: Declarations, held?: KindDeclaration["held"]): Kind[] {
	const names = Object.keys(declared) as Kind[];
	return names.filter((name) => held === undefined || declared[name].held === held);
}
