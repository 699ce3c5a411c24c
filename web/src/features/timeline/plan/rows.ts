import type { Task } from "boardcast";
import { type Group, groupedRows, type Row } from "../../../domain/task/grouped-rows";

export type Grouped = "none" | "column" | "milestone" | "assignee";

/** The rows of the plan. A task of several groups (assignees) is shown in its first one, so that it has one bar. */
export function rowsOf(
	tasks: readonly Task[],
	groups: readonly Group[] | undefined,
	groupOf: (task: Task) => string,
	closed: ReadonlySet<string>,
): Row[] {
	return groupedRows(tasks, groups, (task) => [groupOf(task)], closed);
}
