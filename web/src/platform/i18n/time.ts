import { locale } from "./language";

const clock = { calendar: "gregory", numberingSystem: "latn", hour: "2-digit", minute: "2-digit" } as const;
const hour = new Intl.DateTimeFormat(locale, clock);
const dayAndHour = new Intl.DateTimeFormat(locale, {
	...clock,
	weekday: "short",
	day: "numeric",
	month: "short",
});

/** `14:03`, with the day when it is not that of `now`; both in ms since 1970. */
export function timeOrDay(at: number, now: number): string {
	const isSameDay = new Date(at).toDateString() === new Date(now).toDateString();
	return (isSameDay ? hour : dayAndHour).format(at);
}
