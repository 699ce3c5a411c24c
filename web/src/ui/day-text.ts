import type { Day } from "boardcast";
import { dayNow } from "../platform/clock";
import { locale } from "../platform/i18n/language";

const common = { calendar: "gregory", numberingSystem: "latn", timeZone: "UTC" } as const;
const near = { ...common, weekday: "short", day: "numeric", month: "short" } as const;
const short = new Intl.DateTimeFormat(locale, near);
const dated = new Intl.DateTimeFormat(locale, { ...near, year: "numeric" });
const whole = new Intl.DateTimeFormat(locale, { ...common, dateStyle: "full" });
const month = new Intl.DateTimeFormat(locale, { ...common, month: "long", year: "numeric" });
const weekday = (style: "short" | "long") => new Intl.DateTimeFormat(locale, { ...common, weekday: style });
const [shortWeekday, longWeekday] = [weekday("short"), weekday("long")];

const date = (day: Day) => new Date(`${day}T00:00:00Z`);

/** `Fri 4 Dec`, with the year when it is not the present one. */
export function dayText(day: Day): string {
	const format = day.slice(0, 4) === dayNow.value.slice(0, 4) ? short : dated;
	return format.format(date(day)).replaceAll(",", "");
}

/** `Friday 4 December 2026`: for screen readers. */
export const wholeDay = (day: Day) => whole.format(date(day));

/** `December 2026`. */
export const monthText = (day: Day) => month.format(date(day));

export const weekdayText = (day: Day) =>
	[shortWeekday.format(date(day)), longWeekday.format(date(day))] as const;

/** `4`: the digits that `whole` uses too. */
export const dayNumber = (day: Day) => String(Number(day.slice(8)));
