import { dayOf, monthOf, weekdayOf, yearOf } from "../../../platform/days";
import { firstWeekday } from "../../../platform/i18n/dates";
import { locale } from "../../../platform/i18n/language";

export type Zoom = "day" | "week" | "month";
export const zooms: readonly Zoom[] = ["day", "week", "month"];

/** The width of a day in pixels. Whole numbers, so that lines stay crisp. */
export const widths: Record<Zoom, number> = { day: 36, week: 14, month: 5 };

export interface Tick {
	/** First day. */
	from: number;
	/** First day of the next tick. */
	to: number;
	label: string;
	/** For where the label has no room. */
	short: string;
}

const format = (options: Intl.DateTimeFormatOptions) => {
	const words = new Intl.DateTimeFormat(locale, {
		calendar: "gregory",
		numberingSystem: "latn",
		...options,
		timeZone: "UTC",
	});
	return (number: number) => words.format(new Date(`${dayOf(number)}T00:00:00Z`));
};
const monthAndYear = format({ month: "long", year: "numeric" });
const month = format({ month: "short" });
const year = format({ year: "numeric" });
const dayAndMonth = format({ day: "numeric", month: "short" });
const dayOfMonth = format({ day: "numeric" });
const letter = format({ weekday: "narrow" });

/** The first day of the week that `number` lies in. */
function weekOf(number: number, weeks = 0): number {
	return number - ((weekdayOf(number) - firstWeekday + 7) % 7) + 7 * weeks;
}

interface Tier {
	first: (number: number) => number;
	next: (number: number) => number;
	label: (number: number) => string;
	short?: (number: number) => string;
}
const days: Tier = {
	first: (number) => number,
	next: (number) => number + 1,
	label: (number) => `${letter(number)} ${dayOfMonth(number)}`,
};
const weeks: Tier = { first: weekOf, next: (number) => weekOf(number, 1), label: dayAndMonth };
const months: Tier = {
	first: monthOf,
	next: (number) => monthOf(number, 1),
	label: monthAndYear,
	short: month,
};
const shortMonths: Tier = { ...months, label: month };
const years: Tier = { first: yearOf, next: (number) => yearOf(number, 1), label: year };

/** The two lines of the header: the lower one counts the finer unit. */
const tiers: Record<Zoom, { upper: Tier; lower: Tier }> = {
	day: { upper: months, lower: days },
	week: { upper: months, lower: weeks },
	month: { upper: years, lower: shortMonths },
};

export function ticks(zoom: Zoom, which: "upper" | "lower", from: number, to: number): Tick[] {
	const tier = tiers[zoom][which];
	const short = tier.short ?? tier.label;
	const all: Tick[] = [];
	for (let at = tier.first(from); at < to; at = tier.next(at)) {
		all.push({ from: at, to: tier.next(at), label: tier.label(at), short: short(at) });
	}
	return all;
}
