import type { Bar } from "../../../domain/task/bars";
import { monthOf } from "../../../platform/days";

interface Range {
	/** First day shown. */
	from: number;
	/** First day no longer shown. */
	to: number;
}

/** The greatest number of days shown: a mistyped year must not make the page a million days wide. */
const most = 5500;

/** The days of all bars and milestones, today, and `room` around them; in whole months, so that the range seldom changes. */
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

/** On paper: from the first bar to the last, and a day more on each side, so that the marks of milestones have room. */
export function printedRange(bars: Iterable<Bar>, days: Iterable<number>, today: number): Range {
	const [all, marks] = [[...bars], [...days]];
	const first = Math.min(...all.map(({ start }) => start), ...marks);
	const last = Math.max(...all.map(({ due }) => due), ...marks);
	if (first > last) return { from: today, to: today + 1 };
	return { from: Math.max(first, today - most / 2) - 1, to: Math.min(last, today + most / 2) + 2 };
}
