import type { Day, Task } from "boardcast";

export type DueState = "overdue" | "today" | "soon" | "later" | "done";

const soonDays = 2;

/** How near the due date is on the day `now`. */
export function dueState(task: Pick<Task, "due_on" | "completed_at">, now: Day): DueState | null {
	if (task.due_on === null) return null;
	if (task.completed_at !== null) return "done";
	if (task.due_on < now) return "overdue";
	if (task.due_on === now) return "today";
	return task.due_on <= daysAfter(now, soonDays) ? "soon" : "later";
}

/** The day `count` days after `day`. Days have no time zone, so this counts in UTC. */
export function daysAfter(day: Day, count: number): Day {
	const date = new Date(`${day}T00:00:00Z`);
	date.setUTCDate(date.getUTCDate() + count);
	return date.toISOString().slice(0, 10);
}
