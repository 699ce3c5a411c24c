// Completion follows the columns: what lies in a column of kind `done` is done. The server computes the same; here it is
// shown before its answer.
import { byPosition, type Column, type Instant, type Task } from "boardcast";
import type { View } from "../../live/store/replay";
import { movesCompleted } from "../project/settings";

type Placed = Pick<Task, "column_id" | "completed_at">;

/** The completion that a task has at its new place. */
export function completionIn(
	task: Placed,
	to: string,
	columns: readonly Column[],
	now: Instant,
): Instant | null {
	const kindOf = (id: string) => columns.find((column) => column.id === id)?.kind;
	if (kindOf(to) === "done") return task.completed_at ?? now;
	return task.column_id !== to && kindOf(task.column_id) === "done" ? null : task.completed_at;
}

/**
 * The column to whose top a task goes when it is completed or reopened; undefined: it stays in its own. Reopening leaves a done
 * column for the nearest other one, before it where there is one.
 */
export function columnFor(task: Placed, completed: boolean, view: View): Column | undefined {
	if ((task.completed_at !== null) === completed) return undefined;
	const columns = view.all("columns").sort(byPosition);
	const at = columns.findIndex(({ id }) => id === task.column_id);
	const own = columns[at];
	const inDone = own !== undefined && isDone(own);
	if (completed) return inDone || !movesCompleted(view) ? undefined : columns.find(isDone);
	const isOpen = (column: Column) => !isDone(column);
	return inDone ? (columns.slice(0, at).findLast(isOpen) ?? columns.slice(at).find(isOpen)) : undefined;
}

export const isDone = ({ kind }: Pick<Column, "kind">) => kind === "done";
