import type { Day } from "boardcast";

// Days as whole numbers since 1970-01-01: bars are arithmetic, and a day has no zone and no daylight saving.

const length = 86_400_000;

export function numberOf(day: Day): number {
	return Date.parse(`${day}T00:00:00Z`) / length;
}

export function dayOf(number: number): Day {
	return new Date(number * length).toISOString().slice(0, 10);
}

/** 0 is Sunday, as in `Date`; 1970-01-01 was a Thursday. */
export function weekdayOf(number: number): number {
	return (((number + 4) % 7) + 7) % 7;
}

/** First day of the month that `number` lies in, or of one `months` later. */
export function monthOf(number: number, months = 0): number {
	const date = new Date(number * length);
	return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / length;
}

export function yearOf(number: number, years = 0): number {
	return Date.UTC(new Date(number * length).getUTCFullYear() + years, 0, 1) / length;
}
