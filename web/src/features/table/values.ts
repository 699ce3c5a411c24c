import type { Task } from "boardcast";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import type { ProjectStore } from "../../live/store/project";
import type { ColumnId } from "./columns";
import { table as words } from "./messages";

/** How many items of its checklist are done, of how many. */
export function checklistOf(store: ProjectStore, task: Task): { done: number; all: number } {
	const items = store.checklistByTask.of(task.id);
	const done = items.filter((id) => store.tables.checklist_items.get(id)?.done).length;
	return { done, all: items.length };
}

/** A cell as text, for copying and for finding: what pasting it elsewhere understands again, and spreadsheets too. */
export function textOf(store: ProjectStore, task: Task, column: ColumnId): string {
	const { columns, members, labels, milestones } = store.tables;
	const names = (table: { peek(id: string): { name: string } | undefined }, ids: readonly string[]) =>
		ids.flatMap((id) => table.peek(id)?.name ?? []).join(", ");
	switch (column) {
		case "number":
			return nameOf(store, task);
		case "title":
			return task.title;
		case "column":
			return names(columns, [task.column_id]);
		case "assignees":
			return names(members, task.assignee_ids);
		case "labels":
			return names(labels, task.label_ids);
		case "priority":
			return task.priority === "none" ? "" : taskWords.priorityName(task.priority);
		case "milestone":
			return names(milestones, task.milestone_id === null ? [] : [task.milestone_id]);
		case "checklist": {
			const { done, all } = checklistOf(store, task);
			return all > 0 ? words.checklist(done, all) : "";
		}
		case "comments":
			return task.comment_count > 0 ? String(task.comment_count) : "";
		case "estimate":
			return task.estimate?.toString() ?? "";
		case "created_at":
		case "updated_at":
		case "completed_at":
			return task[column]?.slice(0, 16).replace("T", " ") ?? "";
		default:
			return task[column] ?? "";
	}
}
