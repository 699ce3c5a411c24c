import type { Bar } from "./bars";
import { monthOf } from "./days";

export interface Range {
	/** First day shown. */
	from: number;
	/** First day no longer shown. */
	to: number;
}

/** A slip of the pen in a year must not make the page a million days wide. */
const most = 5500;

/** All bars and milestones, today, and room around them; in whole months, so that it seldom changes. */
export function rangeOf(bars: Iterable<Bar>, days: Iterable<number>, today: number, room: number): Range {
	let [first, last] = [today, today];
	for (const bar of bars) {
		first = Math.min(first, bar.start);
		last = Math.max(last, bar.due);
	}
	for (const day of days) {
		first = Math.min(first, day);
		last = Math.max(last, day);
	}
	first = Math.max(first, today - most / 2);
	last = Math.min(last, today + most / 2);
	return { from: monthOf(first - room), to: monthOf(last + room, 1) };
}
