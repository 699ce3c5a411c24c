import type { Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { task as words } from "./messages";

/** `WEB-12`, or "New task" until the server has given a number. */
export function nameOf(store: ProjectStore, task: Pick<Task, "number">): string {
	const key = store.tables.project.peek(store.id)?.key ?? "";
	return task.number > 0 ? words.numbered(key, task.number) : words.fresh;
}

/** "WEB-12: Doing, position 1 of 3". */
export function positionText(store: ProjectStore, task: Task): string {
	const column = store.tables.columns.peek(task.column_id)?.name ?? "";
	const ids = store.tasksByColumn.of(task.column_id);
	return words.at(nameOf(store, task), column, ids.indexOf(task.id) + 1, ids.length);
}
