// Descriptions of bars, for screen readers, tooltips and announcements.
import type { Dependency, Task } from "boardcast";
import { type Bar, lengthOf } from "../../domain/task/bars";
import { dayOf } from "../../platform/days";
import { day } from "../../platform/i18n/dates";
import { timeline } from "./messages";
import type { Plan } from "./model";
import { roomOf } from "./plan/slack";

export function span(bar: Bar): string {
	return timeline.span(day(dayOf(bar.start)), day(dayOf(bar.due)), lengthOf(bar));
}

export function spokenSpan(bar: Bar): string {
	return timeline.spoken(day(dayOf(bar.start)), day(dayOf(bar.due)), lengthOf(bar));
}

/** How much of the checklist is done; undefined without a checklist. */
export function progressOf(plan: Plan, task: Task): { done: number; all: number } | undefined {
	const { checklistByTask, tables } = plan.store;
	const items = checklistByTask.of(task.id);
	if (items.length === 0) return undefined;
	return { done: items.filter((id) => tables.checklist_items.get(id)?.done).length, all: items.length };
}

export function slackText(task: Task, slack: number | undefined): string | undefined {
	if (slack === undefined || task.completed_at !== null) return undefined;
	if (slack < 0) return timeline.late(-slack);
	return slack === 0 ? timeline.critical : timeline.slackOf(slack);
}

/** The whole bar as one sentence. */
export function describe(
	plan: Plan,
	task: Task,
	bar: Bar,
	{ slack, isSelected }: { slack: number | undefined; isSelected: boolean },
): string {
	const progress = progressOf(plan, task);
	const people = task.assignee_ids.flatMap((id) => plan.store.tables.members.get(id)?.name ?? []);
	return [
		`${plan.name(task)} ${task.title}`,
		spokenSpan(bar),
		plan.store.tables.columns.get(task.column_id)?.name,
		task.completed_at !== null && timeline.complete,
		progress && timeline.progress(progress.done, progress.all),
		people.length > 0 && timeline.assignedTo(people.join(", ")),
		slackText(task, slack),
		isSelected && timeline.selected,
	]
		.filter(Boolean)
		.join(", ");
}

/** Whether the dates contradict the dependency. Dependencies on completed tasks do not count. */
export function isBroken(plan: Plan, link: Dependency): boolean {
	const before = plan.store.tables.tasks.get(link.depends_on_id);
	return before?.completed_at === null && (roomOf(link, plan.shown.value) ?? 0) < 0;
}
