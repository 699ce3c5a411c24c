import { monthOf, weekdayOf } from "../platform/days";
import { firstWeekday } from "../platform/i18n/dates";

/** The first day of the week of `day`, as the reader's region counts. */
export const weekOf = (day: number) => day - ((weekdayOf(day) - firstWeekday + 7) % 7);

export const daysFrom = (start: number) => Array.from({ length: 7 }, (_, index) => start + index);

/** The weeks that the month of `day` touches, each from the reader's first weekday on. */
export function weeksOf(day: number): number[][] {
	const end = monthOf(day, 1);
	const weeks: number[][] = [];
	for (let start = weekOf(monthOf(day)); start < end; start += 7) weeks.push(daysFrom(start));
	return weeks;
}
