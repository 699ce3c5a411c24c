import type { Day, Task } from "../../../lib/api/types";
import { dayOf, numberOf } from "./days";

/** First and last day of a task on the plan, both worked on. */
export interface Bar {
	start: number;
	due: number;
}
export interface Dates {
	start_on: Day | null;
	due_on: Day | null;
}

/** One date alone is a bar of one day; no date is no bar. */
export function barOf({ start_on, due_on }: Dates): Bar | undefined {
	const first = start_on ?? due_on;
	if (first === null) return undefined;
	return { start: numberOf(first), due: numberOf(due_on ?? first) };
}

export function barsOf(tasks: readonly Task[]): Map<string, Bar> {
	const bars = new Map<string, Bar>();
	for (const task of tasks) {
		const bar = barOf(task);
		if (bar) bars.set(task.id, bar);
	}
	return bars;
}

/** The dates that make `task` lie at `bar`: a task with one date keeps only that one while it stays one day long. */
export function datesOf(bar: Bar, task: Dates): Dates {
	const single = bar.start === bar.due && (task.start_on === null) !== (task.due_on === null);
	return {
		start_on: single && task.start_on === null ? null : dayOf(bar.start),
		due_on: single && task.due_on === null ? null : dayOf(bar.due),
	};
}

export function movedBy(task: Dates, days: number): Dates {
	const later = (day: Day | null) => (day === null ? null : dayOf(numberOf(day) + days));
	return { start_on: later(task.start_on), due_on: later(task.due_on) };
}

export const lengthOf = (bar: Bar) => bar.due - bar.start + 1;
