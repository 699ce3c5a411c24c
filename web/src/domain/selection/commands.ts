// The edits of several tasks at once: one request, one event, all or nothing.
import {
	type Api,
	between,
	byPosition,
	type Column,
	type Instant,
	type Problem,
	type Task,
	type TaskPatch,
} from "boardcast";
import { type Command, command } from "../../live/command";
import type { ProjectStore } from "../../live/store/project";
import type { View } from "../../live/store/replay";
import { append } from "../dependency/network";
import { withEnd } from "../task/bars";
import { putBack } from "../task/commands";
import { columnFor, completionIn } from "../task/completion";
import { type ColumnEnd, placeOf } from "../task/place";
import { bringingBack, byServer, namesById, takingAway } from "../undo/commands";
import { selection as words } from "./messages";
import type { Blocked } from "./selection";

/** So many tasks at most: the server's limit. */
export const mostAtOnce = 500;

export interface BulkChange {
	patch?: Pick<TaskPatch, "priority" | "milestone_id" | "start_on" | "due_on" | "estimate"> & {
		/** A date that would pass the other one takes it along. */
		keep_length?: boolean;
	};
	column_id?: string;
	/** Which end of the column they go to; those that are in it already too. */
	place?: ColumnEnd;
	add_label_ids?: string[];
	remove_label_ids?: string[];
	add_assignee_ids?: string[];
	remove_assignee_ids?: string[];
	archive?: boolean;
	complete?: boolean;
	delete?: true;
}

/** `blocked` is told which tasks stood in the way. */
export const changeTasks: Command<
	[tasks: readonly Task[], change: BulkChange, blocked?: (tasks: readonly Blocked[]) => void]
> = command((store, tasks, change, blocked) => {
	if (tasks.length === 0) return undefined;
	const now = new Date().toISOString();
	const back = inverse(store, tasks, change);
	const along = alongIn(tasks, change);
	const failure = words.failed(tasks.length);
	const gone = takingAway(tasks);
	const returned = bringingBack(store, change.delete ? tasks : []);
	return {
		// It may change the order of tasks.
		lane: "places",
		failure,
		effect: (view) =>
			change.delete ? gone(view) : { changes: { tasks: changed(view, tasks, change, now) } },
		request: (api: Api) => {
			const body = { task_ids: tasks.map(({ id }) => id), ...change };
			return api.POST("/projects/{project}/tasks/bulk", { params: { path: { project: store.id } }, body });
		},
		refused: (problem) => {
			const found = blockedIn(problem);
			if (found.length > 0) blocked?.(found);
			return found.length > 0 && blocked !== undefined;
		},
		...(back
			? {
					undo: () => ({
						group: "bulk",
						text: saidOf(store, tasks.length, change),
						run: back.run,
						...(back.isExact ? {} : { detail: words.toTheEnd }),
						...(along > 0 ? { detail: words.wentAlong(along) } : {}),
					}),
				}
			: {
					undo: (cause: string) =>
						byServer(store, cause, {
							done: { effect: gone, failure, text: saidOf(store, tasks.length, change) },
							undone: {
								effect: returned,
								failure: words.couldNotBringBack(tasks.length),
								text: words.broughtBack(tasks.length),
							},
							names: namesById(store, tasks),
							group: "bulk",
						}),
				}),
	};
});

function blockedIn(problem: Problem): readonly Blocked[] {
	return problem.blocked as readonly Blocked[];
}

function saidOf(store: ProjectStore, count: number, change: BulkChange): string {
	if (change.delete) return words.deleted(count);
	if (change.archive !== undefined) return change.archive ? words.archived(count) : words.restored(count);
	if (change.complete !== undefined) return change.complete ? words.completed(count) : words.reopened(count);
	if (change.column_id !== undefined) {
		const column = store.tables.columns.peek(change.column_id)?.name ?? "";
		return change.place === "first" ? words.movedToTop(count, column) : words.moved(count, column);
	}
	return words.changed(count);
}

/** The tasks as the change leaves them: those that go to another column keep their order there. */
function changed(view: View, tasks: readonly Task[], change: BulkChange, now: Instant) {
	const columns = view.all("columns");
	const places = new Places(view, change.complete !== undefined || change.place === "first" ? "top" : "end");
	return tasks.flatMap((task) => {
		// What comes back from the archive is not part of the project's state: it comes whole.
		const here = view.get("tasks", task.id);
		if (!here && change.archive !== false) return [];
		const is = here ?? task;
		const to = change.complete === undefined ? change.column_id : columnFor(is, change.complete, view)?.id;
		const isElsewhere = to !== undefined && (to !== is.column_id || change.place !== undefined);
		const completed_at = completionOf(is, to ?? is.column_id, change, columns, now);
		return [
			{
				...(here ? { id: task.id } : task),
				...patched(is, change.patch),
				...(isElsewhere ? { column_id: to, position: places.next(to) } : {}),
				...(completed_at === is.completed_at ? {} : { completed_at }),
				...(change.archive === undefined ? {} : { archived_at: change.archive ? now : null }),
				label_ids: without(is.label_ids, change.remove_label_ids, change.add_label_ids),
				assignee_ids: without(is.assignee_ids, change.remove_assignee_ids, change.add_assignee_ids),
			},
		];
	});
}

/** Gives out positions in columns, one behind the other. */
class Places {
	readonly #ends = new Map<string, { after: string | undefined; before: string | undefined }>();

	constructor(
		private readonly view: View,
		private readonly at: "top" | "end",
	) {}

	next(column: string): string {
		const end = this.#ends.get(column) ?? this.#endOf(column);
		end.after = between(end.after, end.before);
		this.#ends.set(column, end);
		return end.after;
	}

	#endOf(column: string) {
		const inColumn = this.view.all("tasks").filter((task) => task.column_id === column);
		const positions = inColumn.map(({ position }) => position).sort();
		return this.at === "end"
			? { after: positions.at(-1), before: undefined }
			: { after: undefined, before: positions[0] };
	}
}

function completionOf(
	task: Task,
	to: string,
	{ complete, archive }: BulkChange,
	columns: readonly Column[],
	now: Instant,
): Instant | null {
	if (complete !== undefined) return complete ? (task.completed_at ?? now) : null;
	// Its column may have become one of kind `done` while it was in the archive.
	return to !== task.column_id || archive === false
		? completionIn(task, to, columns, now)
		: task.completed_at;
}

/** The fields that the patch gives to a task. */
function patched(task: Task, patch: BulkChange["patch"] = {}) {
	const { keep_length, ...fields } = patch;
	const ends = Object.fromEntries(
		(["start_on", "due_on"] as const).flatMap((end) => {
			const day = fields[end];
			return day === undefined ? [] : [[end, day]];
		}),
	);
	return keep_length && Object.keys(ends).length === 1 ? { ...fields, ...withEnd(task, ends).dates } : fields;
}

/** How many tasks the patch gives another start or end than the one that it names. */
function alongIn(tasks: readonly Task[], { patch }: BulkChange): number {
	if (!patch) return 0;
	const other = "due_on" in patch ? "start_on" : "due_on";
	return tasks.filter((task) => {
		const after = patched(task, patch);
		return !(other in patch) && after[other] !== undefined && after[other] !== task[other];
	}).length;
}

function without(ids: readonly string[], removed: readonly string[] = [], added: readonly string[] = []) {
	if (removed.length + added.length === 0) return [...ids];
	return [...new Set([...ids.filter((id) => !removed.includes(id)), ...added])].sort();
}

/** So many tasks are put back one by one, each to its own place. */
const mostPlaces = 50;

interface Inverse {
	run: () => void;
	/** Whether each task is then as it was. */
	isExact: boolean;
}

/** How to take the change back: by as few requests as there were different values before. The server brings back what is deleted. */
function inverse(store: ProjectStore, tasks: readonly Task[], change: BulkChange): Inverse | undefined {
	if (change.delete) return undefined;
	const { archive, complete, column_id, patch } = change;
	const present = (some: readonly Task[]) => some.flatMap(({ id }) => store.tables.tasks.peek(id) ?? []);
	const steps: (() => void)[] = [];
	const step = (some: readonly Task[], back: BulkChange) =>
		steps.push(() => changeTasks.withoutUndo(store, back.archive === false ? some : present(some), back));
	if (archive !== undefined) {
		const left = tasks.map((task) => ({ ...task, archived_at: archive ? "" : null }));
		step(left, { archive: !archive });
	}
	let isExact = true;
	if (complete !== undefined || column_id !== undefined) {
		isExact = tasks.length <= mostPlaces;
		if (isExact) {
			// From the first to the last of a column: each is put behind the one before it, which is back already.
			for (const task of [...tasks].sort(byPosition)) {
				const from = placeOf(store, task);
				steps.push(() => putBack(store, task, from));
			}
		} else {
			for (const [column, some] of grouped(tasks, (task) => task.column_id))
				step(some, { column_id: column });
			if (complete !== undefined)
				step(
					tasks.filter((task) => (task.completed_at !== null) !== complete),
					{ complete: !complete },
				);
		}
	}
	if (patch) {
		// With one of the dates the other one may have gone along.
		const dates = patch.keep_length ? (["start_on", "due_on"] as const) : [];
		const { keep_length: _, ...given } = patch;
		const fields = [...new Set([...(Object.keys(given) as (keyof typeof given)[]), ...dates])];
		const before = (task: Task) => Object.fromEntries(fields.map((field) => [field, task[field]]));
		for (const some of grouped(tasks, (task) => JSON.stringify(before(task))).values()) {
			if (some[0]) step(some, { patch: before(some[0]) });
		}
	}
	for (const part of ["label", "assignee"] as const) {
		const has = (task: Task, id: string) => task[`${part}_ids`].includes(id);
		for (const id of change[`add_${part}_ids`] ?? [])
			step(
				tasks.filter((task) => !has(task, id)),
				{ [`remove_${part}_ids`]: [id] },
			);
		for (const id of change[`remove_${part}_ids`] ?? [])
			step(
				tasks.filter((task) => has(task, id)),
				{ [`add_${part}_ids`]: [id] },
			);
	}
	const run = () => {
		for (const one of steps) one();
	};
	return { run, isExact };
}

function grouped(tasks: readonly Task[], keyOf: (task: Task) => string): Map<string, Task[]> {
	const groups = new Map<string, Task[]>();
	for (const task of tasks) append(groups, keyOf(task), task);
	return groups;
}
