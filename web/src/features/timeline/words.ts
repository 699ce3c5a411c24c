// What a bar is, in words: for screen readers, tooltips and announcements.
import type { Dependency, Task } from "../../lib/api/types";
import { day } from "../../lib/messages/dates";
import { timeline } from "../../lib/messages/timeline";
import type { Plan } from "./model";
import { type Bar, lengthOf } from "./plan/bars";
import { dayOf } from "./plan/days";
import { roomOf } from "./plan/slack";

export function span(bar: Bar): string {
	return timeline.span(day(dayOf(bar.start)), day(dayOf(bar.due)), lengthOf(bar));
}

export function spoken(bar: Bar): string {
	return timeline.spoken(day(dayOf(bar.start)), day(dayOf(bar.due)), lengthOf(bar));
}

/** Completed, or how far its checklist is; undefined where nothing says so. */
export function progressOf(plan: Plan, task: Task): { done: number; all: number } | undefined {
	const { checklistByTask, tables } = plan.store;
	const items = checklistByTask.of(task.id);
	if (items.length === 0) return undefined;
	return { done: items.filter((id) => tables.checklist_items.get(id)?.done).length, all: items.length };
}

export function slackWords(plan: Plan, task: Task): string | undefined {
	const slack = plan.slack.value.get(task.id);
	if (slack === undefined || task.completed_at !== null) return undefined;
	if (slack < 0) return timeline.late(-slack);
	return slack === 0 ? timeline.critical : timeline.slackOf(slack);
}

/** The whole bar as one sentence. */
export function describe(plan: Plan, task: Task, bar: Bar): string {
	const progress = progressOf(plan, task);
	const people = task.assignee_ids.flatMap((id) => plan.store.tables.members.get(id)?.name ?? []);
	return [
		`${plan.name(task)} ${task.title}`,
		spoken(bar),
		plan.store.tables.columns.get(task.column_id)?.name,
		task.completed_at !== null && timeline.complete,
		progress && timeline.progress(progress.done, progress.all),
		people.length > 0 && timeline.assignedTo(people.join(", ")),
		slackWords(plan, task),
	]
		.filter(Boolean)
		.join(", ");
}

/** Planned against a dependency. What a completed task allowed is nobody's worry any more. */
export function isBroken(plan: Plan, link: Dependency): boolean {
	const before = plan.store.tables.tasks.get(link.depends_on_id);
	return before?.completed_at === null && (roomOf(link, plan.shown.value) ?? 0) < 0;
}
