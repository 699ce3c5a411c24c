// The rows of the table: tasks, and the heads of their groups.
import { byPosition, type Task } from "boardcast";
import { type Group, groupedRows, type Row } from "../../domain/task/grouped-rows";
import { task as taskWords } from "../../domain/task/messages";
import { priorities } from "../../domain/task/priorities";
import type { ProjectStore } from "../../live/store/project";
import type { GroupBy } from "./group-by";
import { table as words } from "./messages";

/** All groups, in their order. */
function groupsOf({ tables }: ProjectStore, by: Exclude<GroupBy, "none">): Group[] {
	const named = (all: readonly { id: string; name: string }[]) =>
		all.map(({ id, name }) => ({ key: id, name }));
	const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
	const none = { key: "", name: words.noGroup[by] };
	switch (by) {
		case "column":
			return named(tables.columns.all().sort(byPosition));
		case "assignee":
			return [...named(tables.members.all().sort(byName)), none];
		case "label":
			return [...named(tables.labels.all().sort(byName)), none];
		case "milestone":
			return [...named(tables.milestones.all().sort(byName)), none];
		case "priority":
			return priorities.map((key) => ({ key, name: taskWords.priorityName(key) }));
	}
}

function keysOf(task: Task, by: Exclude<GroupBy, "none">, known: ReadonlySet<string>): readonly string[] {
	const ids = {
		column: [task.column_id],
		assignee: task.assignee_ids,
		label: task.label_ids,
		priority: [task.priority],
		milestone: task.milestone_id === null ? [] : [task.milestone_id],
	}[by];
	// A person who has left the project has no group any more.
	const here = ids.filter((id) => known.has(id));
	return here.length > 0 ? here : [""];
}

/** The rows from top to bottom. A task of several groups is in each of them. */
export function rowsOf(
	store: ProjectStore,
	tasks: readonly Task[],
	by: GroupBy,
	closed: ReadonlySet<string>,
): Row[] {
	if (by === "none") return groupedRows(tasks, undefined, () => [], closed);
	const groups = groupsOf(store, by);
	const known = new Set(groups.map(({ key }) => key));
	const rowKey = ({ id }: Task, group: string) => `${group} ${id}`;
	return groupedRows(tasks, groups, (task) => keysOf(task, by, known), closed, rowKey);
}
