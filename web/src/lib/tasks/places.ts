import type { Task } from "../api/types";
import { between } from "../store/position";
import type { ProjectStore } from "../store/project";

/** Where a task goes: behind another one of the column, or first (null). */
export interface Place {
	column_id: string;
	after: string | null;
}
interface Placed {
	id: string;
	position: string;
}

/** A provisional key for `id` behind `after` (null: first, undefined or not there any more: last). */
export function keyAfter(rows: Iterable<Placed>, id: string, after: string | null | undefined): string {
	const others = [...rows].filter((row) => row.id !== id);
	const before = after ? others.find((row) => row.id === after)?.position : undefined;
	if (after !== null && before === undefined) return between(edge(others, 1), undefined);
	const next = others.filter((row) => before === undefined || row.position > before);
	return between(before, edge(next, -1));
}

/** The highest (1) or lowest (-1) key. */
function edge(rows: readonly Placed[], side: 1 | -1): string | undefined {
	let found: string | undefined;
	for (const { position } of rows) {
		if (found === undefined || (side === 1 ? position > found : position < found)) found = position;
	}
	return found;
}

/** The place that puts `id` at `index` of the list as it is shown; `id` itself does not count. */
export function placeAt(column_id: string, shown: readonly string[], id: string, index: number): Place {
	const others = shown.filter((other) => other !== id && isSaved(other));
	const at = Math.max(0, Math.min(index, others.length));
	return { column_id, after: others[at - 1] ?? null };
}

/** Where a task is now, to be able to put it back. */
export function placeOf(store: ProjectStore, task: Task): Place {
	const ids = store.tasksByColumn.of(task.column_id).filter(isSaved);
	return { column_id: task.column_id, after: ids[ids.indexOf(task.id) - 1] ?? null };
}

const provisional = "new-";
let last = 0;

/** An id for a task that the server has not named yet. */
export function provisionalId(): string {
	return `${provisional}${++last}`;
}
export function isSaved(id: string): boolean {
	return !id.startsWith(provisional);
}
