// Days as people type them: `4 dec`, `fri`, `tomorrow`, `in 2 weeks`, `4.12.`, `2026-12-04`.
import type { Day } from "boardcast";
import { dayOf, monthOf, numberOf, weekdayOf } from "../platform/days";
import { locale } from "../platform/i18n/language";
import { folded } from "../platform/text";
import { ui } from "./messages";

const utc = { timeZone: "UTC", calendar: "gregory", numberingSystem: "latn" } as const;
const names = (count: number, field: "month" | "weekday", dayAt: (index: number) => number) => {
	const format = new Intl.DateTimeFormat(locale, { ...utc, [field]: "long" });
	return Array.from({ length: count }, (_, index) => folded(format.format(numberToDate(dayAt(index)))));
};
const numberToDate = (day: number) => new Date(day * 86_400_000);
const months = names(12, "month", (index) => monthOf(0, index));
/** From Sunday on: 1970-01-04 was one. */
const weekdays = names(7, "weekday", (index) => 3 + index);
const ordinal = new RegExp(`(?<=\\d)(?:${ui.typed.ordinal.join("|")})\\b`, "g");
/** The years that the server takes. */
const [firstYear, lastYear] = [1900, 2999];
/** Whether `4/12` is 4 December: the reader's region decides. */
const dayFirst = !new Intl.DateTimeFormat(locale, { ...utc, day: "numeric", month: "numeric" })
	.formatToParts(0)
	.find(({ type }) => type === "day" || type === "month")
	?.type.startsWith("month");

/** The day that `text` names, seen from `now`; undefined when it names none. A date without a year is the coming one. */
export function parseDay(text: string, now: Day): Day | undefined {
	const plain = folded(text).trim().replace(/\s+/g, " ");
	const found =
		spoken(plain, numberOf(now)) ??
		counted(plain, numberOf(now)) ??
		numeric(plain, now) ??
		written(plain, now);
	return found;
}

function spoken(text: string, now: number): Day | undefined {
	if (ui.typed.today.includes(text)) return dayOf(now);
	if (ui.typed.tomorrow.includes(text)) return dayOf(now + 1);
	if (ui.typed.yesterday.includes(text)) return dayOf(now - 1);
	const [first = "", second] = text.split(" ");
	const monday = mondayAfter(now);
	if (ui.typed.next.includes(first) && second !== undefined) {
		if (ui.typed.week.includes(second)) return dayOf(monday);
		if (ui.typed.month.includes(second)) return dayOf(monthOf(now, 1));
		const weekday = indexOf(weekdays, second);
		return weekday === undefined ? undefined : dayOf(monday + ((weekday + 6) % 7));
	}
	const weekday = second === undefined ? indexOf(weekdays, first) : undefined;
	// Today has a name of its own: the weekday of today is the one in a week.
	return weekday === undefined ? undefined : dayOf(now + ((weekday - weekdayOf(now) + 7) % 7 || 7));
}

function counted(text: string, now: number): Day | undefined {
	const [, sign = "", digits = "", unit = ""] = /^(\+|\p{L}+ )?(\d{1,3}) ?(\p{L}+)?$/u.exec(text) ?? [];
	if (digits === "" || (sign !== "" && !ui.typed.in.includes(sign.trim()))) return undefined;
	// A number alone names no day: it may be anything.
	if (sign === "" && unit === "") return undefined;
	const count = Number(digits);
	if (unit === "" || ui.typed.day.includes(unit)) return dayOf(now + count);
	if (ui.typed.week.includes(unit)) return dayOf(now + 7 * count);
	return ui.typed.month.includes(unit) ? dayOf(monthsLater(now, count)) : undefined;
}

function numeric(text: string, now: Day): Day | undefined {
	const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
	if (iso) return dayFrom(Number(iso[1]), Number(iso[2]), Number(iso[3]));
	const [, first, sign, second, , year] = /^(\d{1,2})([./])(\d{1,2})(\2(\d{4}|\d{2})?)?$/.exec(text) ?? [];
	if (first === undefined || second === undefined) return undefined;
	const [day, month] = sign === "." || dayFirst ? [first, second] : [second, first];
	return inYear(Number(month), Number(day), year, undefined, now);
}

function written(text: string, now: Day): Day | undefined {
	const words = text.replace(ordinal, "").replace(/[.,]/g, " ").split(" ").filter(Boolean);
	const weekday = indexOf(weekdays, words[0] ?? "");
	if (weekday !== undefined) words.shift();
	const [one = "", two = "", year, ...rest] = words;
	if (rest.length > 0 || (year !== undefined && !/^(\d{4}|\d{2})$/.test(year))) return undefined;
	const [digits, name] = /^\d/.test(one) ? [one, two] : [two, one];
	const month = indexOf(months, name);
	if (month === undefined || !/^\d{1,2}$/.test(digits)) return undefined;
	return inYear(month + 1, Number(digits), year, weekday, now);
}

/** Without a year: the year in which the weekday is right, as in what a field shows, or else the coming day. */
function inYear(month: number, day: number, year: string | undefined, weekday: number | undefined, now: Day) {
	if (year !== undefined) return dayFrom(year.length === 2 ? 2000 + Number(year) : Number(year), month, day);
	const present = Number(now.slice(0, 4));
	if (weekday !== undefined) {
		const near = [0, 1, -1].map((by) => dayFrom(present + by, month, day));
		const right = near.find((one) => one !== undefined && weekdayOf(numberOf(one)) === weekday);
		if (right !== undefined) return right;
	}
	// Up to eight years: the 29th of February.
	for (let by = 0; by <= 8; by++) {
		const found = dayFrom(present + by, month, day);
		if (found !== undefined && found >= now) return found;
	}
	return undefined;
}

function dayFrom(year: number, month: number, day: number): Day | undefined {
	if (year < firstYear || year > lastYear) return undefined;
	const two = (part: number) => String(part).padStart(2, "0");
	const text = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
	const number = numberOf(text);
	// What overflows, such as the 31st of April, is no day.
	return Number.isNaN(number) || dayOf(number) !== text ? undefined : text;
}

/** The next Monday, as a number of days. */
export const mondayAfter = (day: number) => day + ((8 - weekdayOf(day)) % 7 || 7);

/** The same day of another month, or its last one. */
export function monthsLater(day: number, count: number): number {
	const last = monthOf(day, count + 1) - 1;
	return Math.min(monthOf(day, count) + day - monthOf(day), last);
}

/** By the whole name, or by its beginning of at least three letters: `fri`, `sept`. */
function indexOf(all: readonly string[], word: string): number | undefined {
	if (word.length < 3) return undefined;
	const found = all.findIndex((name) => name.startsWith(word));
	return found < 0 ? undefined : found;
}
