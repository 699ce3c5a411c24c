// The edits of a task. The board, the dialog and the timeline call the same ones.
import type { Instant, Problem, Task, TaskPatch, User } from "boardcast";
import { type Beside, type Command, command } from "../../live/command";
import { inRequest, keyAt } from "../../live/neighbours";
import { keyAfter, provisionalId } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import type { View } from "../../live/store/replay";
import type { Typed } from "../../live/stored-edit";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { bringingBack, byServer, namesById, takingAway } from "../undo/commands";
import { withBox } from "./boxes";
import { columnFor, completionIn, isDone } from "./completion";
import { later } from "./later";
import { task as words } from "./messages";
import { nameOf, positionText } from "./names";
import { type Place, placeOf } from "./place";

/** Places name a neighbour, so requests that change the order of tasks are sent one after another. */
const placing = "places";

const params = (store: ProjectStore, task: Task) => ({ path: { project: store.id, task: task.id } });
const inColumn = (view: View, column: string) =>
	view.all("tasks").filter((task) => task.column_id === column);

/** What else the same move of a card has changed, and how to take that back. */
export interface BesideMove extends Beside {
	back: () => void;
}

export const moveTask: Command<[task: Task, to: Place, beside?: BesideMove]> = command(
	(store, task, to, beside) => {
		const from = placeOf(store, task);
		if (from.column_id === to.column_id && from.after === to.after) return undefined;
		const name = nameOf(store, task);
		const now = new Date().toISOString();
		return {
			lane: placing,
			failure: later.couldNotMove(name),
			base: { version: task.version, fields: [`${task.id}.column_id`], onceWaited: true },
			effect: (view) => {
				const position = keyAt(inColumn(view, to.column_id), task.id, to);
				const before = view.get("tasks", task.id) ?? task;
				const completion = completionChange(before, to.column_id, view, now);
				return { changes: { tasks: [{ id: task.id, column_id: to.column_id, position, ...completion }] } };
			},
			request: (api) =>
				api.PUT("/projects/{project}/tasks/{task}/position", {
					params: params(store, task),
					body: { column_id: to.column_id, ...inRequest(to) },
				}),
			announce: () => positionText(store, store.tables.tasks.peek(task.id) ?? task),
			undo: () => ({
				group: "move",
				text:
					from.column_id === to.column_id
						? later.reordered(name)
						: later.moved(name, store.tables.columns.peek(to.column_id)?.name ?? ""),
				run: () => {
					putBack(store, task, from);
					beside?.back();
				},
				beside,
			}),
		};
	},
);

/** What becoming part of a column changes in the completion of a task. */
function completionChange(before: Task, to: string, view: View, now: Instant): Partial<Task> {
	const completed_at = completionIn(before, to, view.all("columns"), now);
	return completed_at === before.completed_at ? {} : { completed_at };
}

/** Column, place and completion as they were before an edit; the completion follows the column where it can. */
export function putBack(store: ProjectStore, before: Task, from: Place): void {
	const { tasks } = store.tables;
	const moved = tasks.peek(before.id);
	if (moved) moveTask.withoutUndo(store, moved, from);
	const now = tasks.peek(before.id);
	const completed = before.completed_at !== null;
	if (!now || (now.completed_at !== null) === completed) return;
	// Where it would take the task to another column again, the place counts more.
	if (!columnFor(now, completed, store.view)) setCompleted.withoutUndo(store, now, completed);
}

const blank = {
	number: 0,
	assignee_ids: [],
	label_ids: [],
	milestone_id: null,
	priority: "none" as const,
	start_on: null,
	due_on: null,
	estimate: null,
	archived_at: null,
	comment_count: 0,
	attachment_count: 0,
	cover_id: null,
};

/** A new task at the end of its column, shown before the server has given it a number. */
export const createTask: Command<
	[user: Pick<User, "id">, fields: TaskPatch & { title: string; column_id: string }]
> = command((store, user, fields) => {
	const id = provisionalId();
	const created_at = new Date().toISOString();
	return {
		creates: id,
		lane: placing,
		failure: later.couldNotCreate(fields.title),
		typed: {
			what: words.fresh,
			text: [fields.title, fields.description].filter(Boolean).join("\n\n"),
		},
		effect: (view) => {
			const position = keyAfter(inColumn(view, fields.column_id), id, undefined);
			const column = view.get("columns", fields.column_id);
			const completed_at = column && isDone(column) ? created_at : null;
			const made = { completed_at, created_by: user.id, created_at, updated_at: created_at, version: 0 };
			const task = { ...blank, ...fields, ...made, id, position };
			return { changes: { tasks: [task] } };
		},
		request: (api) =>
			api.POST("/projects/{project}/tasks", {
				params: { path: { project: store.id } },
				body: fields,
			}),
	};
});

/** The fields that are changed as they are; places, dates, people, labels and completion have commands of their own. */
type TaskFields = Pick<TaskPatch, "title" | "description" | "priority" | "milestone_id" | "estimate">;

/** What the person saw when they began to type. */
interface Seen {
	version: number;
	text?: string;
}

/** `seen` is absent for what is not typed: then it is what the screen shows. */
export const patchTask: Command<[task: Task, changes: TaskFields, seen?: Seen]> = command(
	(store, task, changes, seen = { version: task.version }) => {
		const typed = typedIn(store, task, changes, seen.text);
		return {
			lane: task.id,
			failure: later.couldNotChange(nameOf(store, task)),
			effect: () => ({ changes: { tasks: [{ id: task.id, ...changes, ...notDrawn(changes) }] } }),
			base: { version: seen.version, fields: Object.keys(changes).map((field) => `${task.id}.${field}`) },
			...(typed ? { typed } : {}),
			request: (api) =>
				api.PATCH("/projects/{project}/tasks/{task}", { params: params(store, task), body: changes }),
			...undoTitle(store, task, changes.title),
		};
	},
);

/** The server draws the text: until then it is shown as it was typed. */
function notDrawn({ description }: TaskFields) {
	return description === undefined ? {} : { description_html: "" };
}

/** A title is soon overwritten by mistake: `e`, a letter and Enter are enough. */
function undoTitle(store: ProjectStore, task: Task, title: string | null | undefined) {
	if (title == null || title === task.title) return {};
	const run = () => {
		const now = store.view.get("tasks", task.id);
		if (now) patchTask.withoutUndo(store, now, { title: task.title });
	};
	return { undo: () => ({ text: later.renamed(nameOf(store, task), title), run }) };
}

function typedIn(
	store: ProjectStore,
	task: Task,
	{ title, description }: TaskFields,
	was: string | undefined,
): Typed | undefined {
	const name = nameOf(store, task);
	const { id } = task;
	const before = was === undefined ? {} : { was };
	if (title != null) {
		return {
			what: later.titleOf(name),
			text: title,
			...before,
			place: { kind: "tasks", id, field: "title" },
		};
	}
	if (description === undefined) return undefined;
	const place = { kind: "task_texts", id, field: "description" } as const;
	return { what: later.descriptionOf(name), text: description, ...before, place };
}

/** Tick a box of the description, or take the tick away. */
export const setBox: Command<[task: Task, box: string, checked: boolean]> = command(
	(store, task, box, checked) => ({
		lane: task.id,
		failure: later.couldNotChange(nameOf(store, task)),
		effect: (view) => {
			const html = view.get("task_texts", task.id)?.description_html ?? "";
			return { changes: { task_texts: [{ id: task.id, description_html: withBox(html, box, checked) }] } };
		},
		request: (api) => {
			const call = { params: { path: { project: store.id, task: task.id, box } } };
			const address = "/projects/{project}/tasks/{task}/boxes/{box}" as const;
			return checked ? api.PUT(address, call) : api.DELETE(address, call);
		},
	}),
);

export const setAssigned = command((store, task: Task, user: string, assigned: boolean) => ({
	lane: task.id,
	failure: later.couldNotChange(nameOf(store, task)),
	effect: (view) => {
		const before = view.get("tasks", task.id)?.assignee_ids ?? [];
		return { changes: { tasks: [{ id: task.id, assignee_ids: toggled(before, user, assigned) }] } };
	},
	request: (api) => {
		const call = { params: { path: { project: store.id, task: task.id, user } } };
		return assigned
			? api.PUT("/projects/{project}/tasks/{task}/assignees/{user}", call)
			: api.DELETE("/projects/{project}/tasks/{task}/assignees/{user}", call);
	},
}));

export const setLabelled = command((store, task: Task, label: string, labelled: boolean) => ({
	lane: task.id,
	failure: later.couldNotChange(nameOf(store, task)),
	effect: (view) => {
		const before = view.get("tasks", task.id)?.label_ids ?? [];
		return { changes: { tasks: [{ id: task.id, label_ids: toggled(before, label, labelled) }] } };
	},
	request: (api) => {
		const call = { params: { path: { project: store.id, task: task.id, label } } };
		return labelled
			? api.PUT("/projects/{project}/tasks/{task}/labels/{label}", call)
			: api.DELETE("/projects/{project}/tasks/{task}/labels/{label}", call);
	},
}));

function toggled(ids: readonly string[], id: string, on: boolean): string[] {
	const others = ids.filter((other) => other !== id);
	return on ? [...others, id].sort() : others;
}

/** Complete or reopen a task. That may take it to another column, as `columnFor` says. */
export const setCompleted: Command<[task: Task, completed: boolean]> = command((store, task, completed) => {
	const name = nameOf(store, task);
	const from = placeOf(store, task);
	const completed_at = completed ? new Date().toISOString() : null;
	const column = columnFor(task, completed, store.view);
	const said = completed ? later.completed(name, column?.name) : later.reopened(name, column?.name);
	return {
		// It may change the order of tasks.
		lane: placing,
		failure: later.couldNotChange(name),
		effect: (view) => {
			const now = view.get("tasks", task.id) ?? task;
			const to = columnFor(now, completed, view)?.id;
			const place = to && { column_id: to, position: keyAfter(inColumn(view, to), task.id, null) };
			return { changes: { tasks: [{ id: task.id, completed_at, ...place }] } };
		},
		request: (api) => {
			const call = { params: params(store, task) };
			return completed
				? api.PUT("/projects/{project}/tasks/{task}/completion", call)
				: api.DELETE("/projects/{project}/tasks/{task}/completion", call);
		},
		announce: () => said,
		undo: () => ({ group: "move", text: said, run: () => putBack(store, task, from) }),
	};
});

export const setArchived: Command<[task: Task, archived: boolean]> = command((store, task, archived) => {
	const name = nameOf(store, task);
	const now = new Date().toISOString();
	const archived_at = archived ? now : null;
	return {
		lane: placing,
		failure: archived ? later.couldNotArchive(name) : later.couldNotRestore(name),
		// An archived task is not part of the project's state: restoring brings it back whole.
		effect: (view) => {
			const here = view.get("tasks", task.id);
			const before = here ?? task;
			// Its column may have become one of kind `done` in the meantime.
			const completion = archived ? {} : completionChange(before, before.column_id, view, now);
			return { changes: { tasks: [{ ...(here ? { id: task.id } : task), archived_at, ...completion }] } };
		},
		request: (api) => {
			const call = { params: params(store, task) };
			return archived
				? api.PUT("/projects/{project}/tasks/{task}/archive", call)
				: api.DELETE("/projects/{project}/tasks/{task}/archive", call);
		},
		undo: () => ({
			text: archived ? later.archived(name) : later.restored(name),
			run: () => {
				const now = store.tables.tasks.peek(task.id) ?? { ...task, archived_at };
				setArchived.withoutUndo(store, now, !archived);
			},
		}),
	};
});

/** It goes to the trash with what hangs on it. */
export const deleteTask: Command<[task: Task]> = command((store, task) => {
	const name = nameOf(store, task);
	const effect = takingAway([task]);
	const failure = later.couldNotDelete(name);
	const back = bringingBack(store, [store.view.get("tasks", task.id) ?? task]);
	return {
		lane: placing,
		failure,
		effect,
		request: (api) => api.DELETE("/projects/{project}/tasks/{task}", { params: params(store, task) }),
		undo: (cause) =>
			byServer(store, cause, {
				done: { effect, failure, text: later.inTrash(name) },
				undone: { effect: back, failure: later.couldNotBringBack(name), text: later.broughtBack(name) },
				names: namesById(store, [task]),
			}),
	};
});

/** Waits for the answer: a copy gets its number, and what the page does not have, from the server. */
export async function duplicateTask(
	store: ProjectStore,
	task: Task,
	open: (copy: Task) => void,
): Promise<void> {
	const name = nameOf(store, task);
	try {
		const copy = await body(
			api.POST("/projects/{project}/tasks/{task}/duplicate", { params: params(store, task) }),
		);
		toast({
			text: later.duplicated(name, nameOf(store, copy)),
			undo: () => deleteTask.withoutUndo(store, copy),
			offer: { label: words.open, run: () => open(copy) },
			project: store.id,
		});
	} catch (error) {
		const detail = explain(error as Problem);
		toast({ tone: "danger", text: later.couldNotDuplicate(name), detail, project: store.id });
	}
}
