import type { Task } from "boardcast";
import { type Neighbours, neighboursAt } from "../../live/neighbours";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";

/** Where a task goes: into a column, between two of its tasks. */
export interface Place extends Neighbours {
	column_id: string;
}

/** The place that puts `id` at `index` of the list as it is shown; `id` itself does not count. */
export function placeAt(column_id: string, shown: readonly string[], id: string, index: number): Place {
	return { column_id, ...neighboursAt(shown, id, index) };
}

export const ends = ["first", "last"] as const;
export type ColumnEnd = (typeof ends)[number];

/** An end of a column. */
export function endOf(store: ProjectStore, column_id: string, task: Task, end: ColumnEnd = "last"): Place {
	const index = end === "first" ? 0 : Number.POSITIVE_INFINITY;
	return placeAt(column_id, store.tasksByColumn.of(column_id), task.id, index);
}

/** Where a task is now, to be able to put it back. */
export function placeOf(store: ProjectStore, task: Task): Place {
	const ids = store.tasksByColumn.of(task.column_id).filter(isSaved);
	return placeAt(task.column_id, ids, task.id, ids.indexOf(task.id));
}
