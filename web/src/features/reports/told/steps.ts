import { day } from "../../../platform/i18n/dates";
import { reports as words } from "../messages";

type Interval = "day" | "week";

/** Steps of time as the places of a picture. */
export function stepsOf(points: readonly { on: string }[], interval: Interval) {
	const places = points.map(({ on }) => day(on));
	return interval === "week" ? { places, heads: places.map(words.weekOf) } : { places };
}

export const stepHead = (interval: Interval) => (interval === "week" ? words.heads.week : words.heads.day);

/** All days from one to another. */
export function daysBetween(from: string, to: string): string[] {
	const all: string[] = [];
	const last = Date.parse(`${to}T00:00:00Z`);
	for (let at = Date.parse(`${from}T00:00:00Z`); at <= last && all.length < mostDays; at += 86_400_000)
		all.push(new Date(at).toISOString().slice(0, 10));
	return all;
}

/** Of a range that an address asks for, however long. */
const mostDays = 4000;
