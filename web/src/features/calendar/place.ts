// Which days are shown: the address says it, so that it survives a reload and can be sent as a link.
import { computed } from "@preact/signals";
import { dayOf, monthOf, numberOf } from "../../platform/days";
import { today } from "../../platform/i18n/dates";
import { query, setQuery } from "../../platform/router";
import { dayText, monthText } from "../../ui/day-text";
import { monthsLater } from "../../ui/typed-day";
import { daysFrom, weekOf, weeksOf } from "../../ui/weeks";
import { calendar } from "./messages";

export const modes = ["month", "week"] as const;
type Mode = (typeof modes)[number];

export const mode = computed((): Mode => (query.value.get("mode") === "week" ? "week" : "month"));

/** A day of the shown month or week. */
export const on = computed(() => readDay(query.value.get("on")) ?? numberOf(today()));

export const weeks = computed(() =>
	mode.value === "week" ? [daysFrom(weekOf(on.value))] : weeksOf(on.value),
);
export const first = computed(() => weeks.value[0]?.[0] ?? on.value);
export const last = computed(() => weeks.value.at(-1)?.[6] ?? on.value);

/** `December 2026`, or `Mon 30 Nov – Sun 6 Dec`. */
export const title = computed(() =>
	mode.value === "month"
		? monthText(dayOf(on.value))
		: calendar.week(dayText(dayOf(first.value)), dayText(dayOf(last.value))),
);

export const isShown = (day: number) => day >= first.peek() && day <= last.peek();

/** Whether a day belongs to what is shown, and not to the month before or after. */
export const isOwn = (day: number) => mode.value === "week" || monthOf(day) === monthOf(on.value);

export function show(day: number): void {
	setQuery({ on: day === numberOf(today()) ? null : dayOf(day) });
}

export function setMode(next: Mode): void {
	setQuery({ mode: next === "month" ? null : next });
}

/** The next or the former month or week. */
export function step(by: 1 | -1): number {
	return mode.peek() === "week" ? on.peek() + 7 * by : monthsLater(on.peek(), by);
}

/** An address may be typed: what is no day of a year that the server takes is as good as none. */
export function readDay(text: string | null): number | undefined {
	if (!text || !/^(19|2\d)\d\d-\d\d-\d\d$/.test(text)) return undefined;
	const day = Date.parse(`${text}T00:00:00Z`);
	return Number.isNaN(day) || !new Date(day).toISOString().startsWith(text) ? undefined : numberOf(text);
}
