// Edits that the server takes back, by its log: what hung on a deleted task comes back with it.
import type { Problem, Task } from "boardcast";
import { type Command, command, type Undo } from "../../live/command";
import type { ProjectStore } from "../../live/store/project";
import type { Effect } from "../../live/store/replay";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import type { Run } from "../activity/group";
import { nameOf } from "../task/names";
import { undoing as words } from "./messages";

/** What a step back or forth shows at once, and what is said of it. */
interface Side {
	effect: Effect;
	text: string;
	failure: string;
}

interface Both {
	/** As the edit left it. */
	done: Side;
	/** As it was before. */
	undone: Side;
	/** The names of tasks that may not be on the board. */
	names: ReadonlyMap<string, string>;
	/** Where the edit waits its turn: the step is sent behind it. Absent: among the places. */
	lane?: string;
	/** An earlier toast of this group goes. */
	group?: string;
}

/** The undo of an edit: by the server, from the event with this cause. */
export function byServer(store: ProjectStore, cause: string, both: Both, isUndo = false): Undo {
	const from = (store.applied ?? 0) + 1;
	const run = () => revert(store, { cause, from }, both, isUndo);
	const { text } = isUndo ? both.undone : both.done;
	const group = both.group === undefined ? {} : { group: both.group };
	return { text, run, byServer: true, ...group, ...(isUndo ? { redoes: true } : {}) };
}

/** Where the log has the event: after `from`, with this cause. */
interface Origin {
	cause: string;
	from: number;
}

let runs = 0;

/** Undo the event of `origin`. `wasUndo` says that it was an undo itself. */
const revert: Command<[origin: Origin, both: Both, wasUndo: boolean]> = command(
	(store, origin, both, wasUndo) => {
		const { effect, failure } = wasUndo ? both.done : both.undone;
		const seq = store.seqOf(origin.cause);
		const project = { project: store.id };
		// Its event has not come: its cause finds it when the server has carried it out. Each run is told from the others by its end.
		const run = {
			from_seq: origin.from,
			to_seq: Number.MAX_SAFE_INTEGER - runs++,
			cause_prefix: origin.cause,
		};
		return {
			// Behind what it takes back.
			lane: both.lane ?? "places",
			failure,
			effect,
			cause: seq === undefined ? `undo:${run.from_seq}-${run.to_seq}` : `undo:${seq}`,
			request: (api) =>
				seq === undefined
					? api.POST("/projects/{project}/undo", { params: { path: project }, body: run })
					: api.POST("/projects/{project}/events/{seq}/undo", {
							params: { path: { ...project, seq } },
						}),
			refused: (problem) => tellRefusal(store, problem, failure, both.names),
			undo: (cause) => byServer(store, cause, both, !wasUndo),
		};
	},
);

/**
 * Undo an event of the activity, of any person; `what` says what happened. Only the server knows what that changes: it is shown
 * with its event. Another person may have changed it since, and then the server says what.
 */
export async function undoEntry(store: ProjectStore, seq: number, what: string): Promise<void> {
	const params = { path: { project: store.id, seq } };
	await tellUndone(store, body(api.POST("/projects/{project}/events/{seq}/undo", { params })), what);
}

async function tellUndone(store: ProjectStore, asked: Promise<{ seq: number }>, what: string): Promise<void> {
	try {
		const undone = await asked;
		toast({
			text: words.undone,
			detail: what,
			project: store.id,
			// An undo is undone in the same way.
			undo: () => void undoEntry(store, undone.seq, words.redone(what)),
		});
	} catch (error) {
		const problem = error as Problem;
		const isTold = problem.code !== "not_found" && tellRefusal(store, problem, words.couldNot, new Map());
		if (isTold) return;
		toast({ tone: "danger", text: words.couldNot, detail: explain(problem), project: store.id });
	}
}

/** Undo all of a run; `what` says what it was. */
export async function undoRun(store: ProjectStore, run: Run, what: string): Promise<void> {
	const params = { path: { project: store.id } };
	const { from: from_seq, to: to_seq, actor: actor_id, cause } = run;
	const asked = { from_seq, to_seq, actor_id, ...(cause === undefined ? {} : { cause_prefix: cause }) };
	await tellUndone(store, body(api.POST("/projects/{project}/undo", { params, body: asked })), what);
}

/** Whether the refusal was told. */
function tellRefusal(
	store: ProjectStore,
	{ code, touched }: Problem,
	text: string,
	names: ReadonlyMap<string, string>,
): boolean {
	// What it takes back was refused itself, and that was told.
	if (code === "not_found") return true;
	const nameOfObject = (kind: string, id: string) => {
		const task = kind === "tasks" ? store.tables.tasks.peek(id) : undefined;
		return task ? nameOf(store, task) : (names.get(id) ?? words.kind(kind));
	};
	const touches = touched.map(({ kind, id, fields }) => words.touched(nameOfObject(kind, id), fields));
	const details: Record<string, string> = {
		undo_conflict: words.conflict(touches),
		nothing_to_undo: words.nothing,
		not_undoable: words.notUndoable,
		run_too_long: words.runTooLong,
	};
	const detail = details[code];
	if (detail === undefined) return false;
	toast({ tone: "danger", text, detail, project: store.id });
	return true;
}

/** Shows tasks as they were, with what was on the board beside them. */
export function bringingBack(store: ProjectStore, tasks: readonly Task[]): Effect {
	const ids = new Set(tasks.map(({ id }) => id));
	const items = store.view.all("checklist_items").filter(({ task_id }) => ids.has(task_id));
	const links = store.view
		.all("dependencies")
		.filter(({ task_id, depends_on_id }) => ids.has(task_id) || ids.has(depends_on_id));
	return (view) => {
		const isThere = (id: string) => ids.has(id) || view.get("tasks", id) !== undefined;
		const joined = links.filter((link) => isThere(link.task_id) && isThere(link.depends_on_id));
		return {
			changes: {
				tasks: tasks.filter(({ id }) => !view.get("tasks", id)),
				checklist_items: items.filter(({ id }) => !view.get("checklist_items", id)),
				dependencies: joined.filter(({ id }) => !view.get("dependencies", id)),
			},
		};
	};
}

/** Takes tasks off the board. */
export function takingAway(tasks: readonly Pick<Task, "id">[]): Effect {
	return () => ({ removed: { tasks: tasks.map(({ id }) => id) } });
}

export function namesById(store: ProjectStore, tasks: readonly Task[]): ReadonlyMap<string, string> {
	return new Map(tasks.map((task) => [task.id, nameOf(store, task)]));
}
