import type { Day, Task } from "boardcast";
import { dayOf, numberOf } from "../../platform/days";

/** The first and the last day of a task, both included, as numbers of days since 1970-01-01. */
export interface Bar {
	start: number;
	due: number;
}
export interface Dates {
	start_on: Day | null;
	due_on: Day | null;
}

/** A task with one date is a bar of one day; without dates it has no bar. */
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

/** The dates that place `task` at `bar`. A task that has only one date keeps only that one while its bar is one day long. */
export function datesOf(bar: Bar, task: Dates): Dates {
	const single = bar.start === bar.due && (task.start_on === null) !== (task.due_on === null);
	return {
		start_on: single && task.start_on === null ? null : dayOf(bar.start),
		due_on: single && task.due_on === null ? null : dayOf(bar.due),
	};
}

/**
 * The dates with one end changed. An end that passes the other one takes it along, and the task keeps its length. `along` is
 * the end that went along.
 */
export function withEnd(task: Dates, changes: Partial<Dates>): { dates: Dates; along?: keyof Dates } {
	const dates = { start_on: task.start_on, due_on: task.due_on, ...changes };
	const { start_on, due_on } = dates;
	if (start_on === null || due_on === null || start_on <= due_on) return { dates };
	const before = barOf(task);
	const length = before && task.start_on !== null && task.due_on !== null ? before.due - before.start : 0;
	if ("start_on" in changes) {
		return { dates: { start_on, due_on: dayOf(numberOf(start_on) + length) }, along: "due_on" };
	}
	return { dates: { start_on: dayOf(numberOf(due_on) - length), due_on }, along: "start_on" };
}

export function movedBy(task: Dates, days: number): Dates {
	const later = (day: Day | null) => (day === null ? null : dayOf(numberOf(day) + days));
	return { start_on: later(task.start_on), due_on: later(task.due_on) };
}

export const lengthOf = (bar: Bar) => bar.due - bar.start + 1;
