import type { Day, Instant } from "boardcast";
import { dayNow, now } from "../clock";
import { locale } from "./language";

// In the language of the page, whatever the browser prefers: a sentence has one language. The order of day and month is that
// of the reader's region.
const gregorian = { calendar: "gregory", numberingSystem: "latn" } as const;
const short = new Intl.DateTimeFormat(locale, {
	...gregorian,
	day: "numeric",
	month: "short",
	timeZone: "UTC",
});
const long = new Intl.DateTimeFormat(locale, { ...gregorian, dateStyle: "medium", timeZone: "UTC" });
const exactly = new Intl.DateTimeFormat(locale, { ...gregorian, dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

type WeekInfo = { firstDay: number; weekend: readonly number[] };

/** Not every browser has it, and not under the same name; without a region it would be a guess. By default Monday, Saturday and Sunday. */
function weekInfo(): WeekInfo {
	const region = new Intl.Locale(locale) as Intl.Locale & {
		getWeekInfo?: () => WeekInfo;
		weekInfo?: WeekInfo;
	};
	const known = region.region ? (region.getWeekInfo?.() ?? region.weekInfo) : undefined;
	return known ?? { firstDay: 1, weekend: [6, 7] };
}
const week = weekInfo();

/** The weekday with which a week begins in the reader's region, 0 is Sunday. */
export const firstWeekday = week.firstDay % 7;
/** The weekdays of the weekend there. */
export const weekend: readonly number[] = week.weekend.map((weekday) => weekday % 7);

/** What was written already: formatting is slow, and scrolling shows the same days again and again. */
const written = new Map<string, string>();
const mostWritten = 5000;

/** `20 Nov`, with the year when it is not the present one. A day has no time zone. */
export function day(value: Day): string {
	const isLong = value.slice(0, 4) !== dayNow.value.slice(0, 4);
	const key = isLong ? value : value.slice(4);
	const known = written.get(key);
	if (known !== undefined) return known;
	const text = (isLong ? long : short).format(new Date(`${value}T00:00:00Z`));
	if (written.size >= mostWritten) written.clear();
	written.set(key, text);
	return text;
}

/** Today in the time zone of the browser. What shows it is drawn again at midnight. */
export function today(): Day {
	return dayNow.value;
}

/** Date and time in the time zone of the browser: the tooltip of a relative time. */
export function exactTime(value: Instant): string {
	return exactly.format(new Date(value));
}

const units = [
	["year", 31_536_000],
	["month", 2_592_000],
	["day", 86_400],
	["hour", 3600],
	["minute", 60],
] as const;

/** `3 hours ago`, `in 2 days`, `now`. What shows it is drawn again each minute. */
export function ago(value: Instant, at = now.value): string {
	const seconds = (Date.parse(value) - at) / 1000;
	for (const [unit, size] of units) {
		if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
	}
	return relative.format(0, "second");
}
