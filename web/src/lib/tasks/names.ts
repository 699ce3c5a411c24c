import type { Task } from "../api/types";
import { task as words } from "../messages/task";
import type { ProjectStore } from "../store/project";

/** `WEB-12`. */
export function nameOf(store: ProjectStore, task: Pick<Task, "number">): string {
	const key = store.tables.project.peek(store.id)?.key ?? "";
	return task.number > 0 ? `${key}-${task.number}` : words.fresh;
}

/** "WEB-12: Doing, position 1 of 3". */
export function whereabouts(store: ProjectStore, task: Task, shown?: readonly string[]): string {
	const column = store.tables.columns.peek(task.column_id)?.name ?? "";
	const ids = shown ?? store.tasksByColumn.of(task.column_id);
	return words.at(nameOf(store, task), column, ids.indexOf(task.id) + 1, ids.length);
}
