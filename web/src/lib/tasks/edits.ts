// The verbs of a task, shared by the board, the dialog and the timeline: seen at once, sent with a key, taken back
// in words when refused.
import { announce } from "../announce";
import { api, body } from "../api/client";
import type { Problem } from "../api/problem";
import type { Task, TaskPatch, User } from "../api/types";
import { task as words } from "../messages/task";
import type { ProjectStore } from "../store/project";
import { dismissToast, toast } from "../toasts";
import { nameOf, whereabouts } from "./names";
import { keyAfter, type Place, placeOf, provisionalId } from "./places";

/** Neighbours name each other, so everything that places a task keeps its order. */
const placing = "places";
let lastMove = 0;

const params = (store: ProjectStore, task: Task) => ({ path: { project: store.id, task: task.id } });
const idempotent = (key: string) => ({ "Idempotency-Key": key });

export function moveTask(store: ProjectStore, task: Task, to: Place, how: { undo?: boolean } = {}): void {
	const from = placeOf(store, task);
	if (from.column_id === to.column_id && from.after === to.after) return;
	const name = nameOf(store, task);
	let notice = 0;
	store.edit({
		lane: placing,
		failure: () => words.couldNotMove(name),
		refused: () => {
			dismissToast(notice);
			return false;
		},
		effect: (view) => {
			const siblings = view.all("tasks").filter((other) => other.column_id === to.column_id);
			const position = keyAfter(siblings, task.id, to.after);
			return { changes: { tasks: [{ id: task.id, column_id: to.column_id, position }] } };
		},
		send: (key) =>
			body(
				api.PUT("/projects/{project}/tasks/{task}/position", {
					params: params(store, task),
					headers: idempotent(key),
					body: to,
				}),
			),
	});
	const moved = store.tables.tasks.peek(task.id);
	if (moved) announce(whereabouts(store, moved));
	dismissToast(lastMove);
	if (how.undo === false) return;
	const column = store.tables.columns.peek(to.column_id)?.name ?? "";
	notice = toast({
		text: from.column_id === to.column_id ? words.reordered(name) : words.moved(name, column),
		undo: () => {
			const now = store.tables.tasks.peek(task.id);
			if (now) moveTask(store, now, from, { undo: false });
		},
	});
	lastMove = notice;
}

/** A new task at the end of its column; seen before the server has given it a number. */
export function createTask(
	store: ProjectStore,
	user: Pick<User, "id">,
	fields: TaskPatch & { title: string; column_id: string },
): void {
	const id = provisionalId();
	const created_at = new Date().toISOString();
	const plain = {
		number: 0,
		assignee_ids: [],
		label_ids: [],
		milestone_id: null,
		priority: "none" as const,
		start_on: null,
		due_on: null,
		estimate: null,
		completed_at: null,
		archived_at: null,
		comment_count: 0,
		attachment_count: 0,
	};
	store.edit({
		lane: placing,
		failure: () => words.couldNotCreate(fields.title),
		effect: (view) => {
			const siblings = view.all("tasks").filter((other) => other.column_id === fields.column_id);
			const position = keyAfter(siblings, id, undefined);
			const task = { ...plain, ...fields, id, position, created_by: user.id, created_at, version: 0 };
			return { changes: { tasks: [task] } };
		},
		send: (key) =>
			body(
				api.POST("/projects/{project}/tasks", {
					params: { path: { project: store.id } },
					headers: idempotent(key),
					body: fields,
				}),
			),
	});
}

/** Versions that our own changes gave a field: a second change is no conflict with the first. */
const ours = new Map<string, number>();

interface PatchOptions {
	/** The version whose text the person saw when they began; without it the one on the screen. */
	base?: number | undefined;
	refused?: (problem: Problem) => boolean;
}

export function patchTask(
	store: ProjectStore,
	task: Task,
	changes: TaskPatch,
	{ base, refused }: PatchOptions = {},
): void {
	const fields = Object.keys(changes).map((field) => `${task.id}.${field}`);
	const seen = base ?? task.version;
	store.edit({
		lane: task.id,
		failure: () => words.couldNotChange(nameOf(store, task)),
		...(refused ? { refused } : {}),
		effect: () => ({ changes: { tasks: [{ id: task.id, ...changes }] } }),
		send: async (key) => {
			const version = Math.max(seen, ...fields.map((field) => ours.get(field) ?? 0));
			const answer = await body(
				api.PATCH("/projects/{project}/tasks/{task}", {
					params: params(store, task),
					headers: { ...idempotent(key), "If-Match": `"${version}"` },
					body: changes,
				}),
			);
			for (const field of fields) ours.set(field, answer.version);
			return answer;
		},
	});
}

export function setAssigned(store: ProjectStore, task: Task, user: string, assigned: boolean): void {
	const call = { params: { path: { project: store.id, task: task.id, user } } };
	store.edit({
		lane: task.id,
		failure: () => words.couldNotChange(nameOf(store, task)),
		effect: (view) => {
			const before = view.get("tasks", task.id)?.assignee_ids ?? [];
			return { changes: { tasks: [{ id: task.id, assignee_ids: toggled(before, user, assigned) }] } };
		},
		send: (key) => {
			const keyed = { ...call, headers: idempotent(key) };
			return assigned
				? body(api.PUT("/projects/{project}/tasks/{task}/assignees/{user}", keyed))
				: body(api.DELETE("/projects/{project}/tasks/{task}/assignees/{user}", keyed));
		},
	});
}

export function setLabelled(store: ProjectStore, task: Task, label: string, labelled: boolean): void {
	const call = { params: { path: { project: store.id, task: task.id, label } } };
	store.edit({
		lane: task.id,
		failure: () => words.couldNotChange(nameOf(store, task)),
		effect: (view) => {
			const before = view.get("tasks", task.id)?.label_ids ?? [];
			return { changes: { tasks: [{ id: task.id, label_ids: toggled(before, label, labelled) }] } };
		},
		send: (key) => {
			const keyed = { ...call, headers: idempotent(key) };
			return labelled
				? body(api.PUT("/projects/{project}/tasks/{task}/labels/{label}", keyed))
				: body(api.DELETE("/projects/{project}/tasks/{task}/labels/{label}", keyed));
		},
	});
}

function toggled(ids: readonly string[], id: string, on: boolean): string[] {
	const others = ids.filter((other) => other !== id);
	return on ? [...others, id].sort() : others;
}

export function setCompleted(store: ProjectStore, task: Task, completed: boolean): void {
	const completed_at = completed ? new Date().toISOString() : null;
	store.edit({
		lane: task.id,
		failure: () => words.couldNotChange(nameOf(store, task)),
		effect: () => ({ changes: { tasks: [{ id: task.id, completed_at }] } }),
		send: (key) => {
			const call = { params: params(store, task), headers: idempotent(key) };
			return completed
				? body(api.PUT("/projects/{project}/tasks/{task}/completion", call))
				: body(api.DELETE("/projects/{project}/tasks/{task}/completion", call));
		},
	});
	announce((completed ? words.completed : words.reopened)(nameOf(store, task)));
}

export function setArchived(
	store: ProjectStore,
	task: Task,
	archived: boolean,
	how: { undo?: boolean } = {},
): void {
	const name = nameOf(store, task);
	const archived_at = archived ? new Date().toISOString() : null;
	let notice = 0;
	store.edit({
		lane: placing,
		failure: () => (archived ? words.couldNotArchive(name) : words.couldNotRestore(name)),
		refused: () => {
			dismissToast(notice);
			return false;
		},
		effect: () => ({ changes: { tasks: [{ id: task.id, archived_at }] } }),
		send: (key) => {
			const call = { params: params(store, task), headers: idempotent(key) };
			return archived
				? body(api.PUT("/projects/{project}/tasks/{task}/archive", call))
				: body(api.DELETE("/projects/{project}/tasks/{task}/archive", call));
		},
	});
	const text = archived ? words.archived(name) : words.restored(name);
	if (how.undo === false) {
		announce(text);
		return;
	}
	notice = toast({
		text,
		undo: () => {
			const now = store.tables.tasks.peek(task.id);
			if (now) setArchived(store, now, !archived, { undo: false });
		},
	});
}

/** Cannot be taken back: ask before. */
export function deleteTask(store: ProjectStore, task: Task): void {
	store.edit({
		lane: placing,
		failure: () => words.couldNotDelete(nameOf(store, task)),
		effect: () => ({ removed: { tasks: [task.id] } }),
		send: (key) =>
			body(
				api.DELETE("/projects/{project}/tasks/{task}", {
					params: params(store, task),
					headers: idempotent(key),
				}),
			),
	});
	announce(words.deleted(nameOf(store, task)));
}
