import type { Day, Instant } from "../api/types";

const languages = globalThis.navigator?.languages;
const short = new Intl.DateTimeFormat(languages, { day: "numeric", month: "short", timeZone: "UTC" });
const long = new Intl.DateTimeFormat(languages, { dateStyle: "medium", timeZone: "UTC" });
const exactly = new Intl.DateTimeFormat(languages, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(languages, { numeric: "auto" });

/** `20 Nov`, with the year when it is another one. A day has no zone: it is the same everywhere. */
export function day(value: Day): string {
	const format = value.slice(0, 4) === today().slice(0, 4) ? short : long;
	return format.format(new Date(`${value}T00:00:00Z`));
}

/** The viewer's own today. */
export function today(): Day {
	const now = new Date();
	const two = (part: number) => String(part).padStart(2, "0");
	return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The full moment, in the viewer's zone: the title of every relative time. */
export function moment(value: Instant): string {
	return exactly.format(new Date(value));
}

const units = [
	["year", 31_536_000],
	["month", 2_592_000],
	["day", 86_400],
	["hour", 3600],
	["minute", 60],
] as const;

/** `3 hours ago`, `in 2 days`, `now`. */
export function ago(value: Instant, now = Date.now()): string {
	const seconds = (Date.parse(value) - now) / 1000;
	for (const [unit, size] of units) {
		if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
	}
	return relative.format(0, "second");
}
