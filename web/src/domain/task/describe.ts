// What a person chose for a field, in words: for the question which of two choices counts.
import type { Milestone, Task } from "boardcast";
import type { InWords } from "../../live/in-words";
import { openProject } from "../../live/projects";
import { day } from "../../platform/i18n/dates";
import { later } from "./later";
import { task as words } from "./messages";
import { nameOf } from "./names";

export const describe: InWords = (project, { kind, id, field }, object) => {
	const store = openProject(project);
	const { tables } = store;
	if (kind === "milestones") {
		const { name, due_on } = object as unknown as Milestone;
		return { what: later.dayOf(name), text: due_on ? day(due_on) : later.noDate };
	}
	const task = { ...tables.tasks.get(id), ...object } as Task;
	const name = nameOf(store, task);
	if (field === "priority") return { what: later.priorityOf(name), text: words.priorityName(task.priority) };
	if (field === "estimate") {
		return { what: later.estimateOf(name), text: task.estimate?.toString() ?? later.noEstimate };
	}
	if (field === "milestone_id") {
		const milestone = task.milestone_id && tables.milestones.get(task.milestone_id);
		return { what: later.milestoneOf(name), text: milestone ? milestone.name : later.noMilestone };
	}
	if (field === "column_id") {
		return { what: later.columnOf(name), text: tables.columns.get(task.column_id)?.name ?? "" };
	}
	return { what: later.datesOf(name), text: datesText(task) };
};

function datesText({ start_on, due_on }: Task): string {
	if (start_on && due_on) return later.fromTo(day(start_on), day(due_on));
	if (start_on) return later.from(day(start_on));
	return due_on ? later.until(day(due_on)) : later.noDate;
}
