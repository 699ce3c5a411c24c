import { describe, expect, it } from "vitest";
import { dayOf, numberOf } from "../platform/days";
import { dayText } from "./day-text";
import { mondayAfter, monthsLater, parseDay } from "./typed-day";

// A Sunday.
const now = "2026-11-29";
const parse = (text: string, at = now) => parseDay(text, at);

describe("a typed day", () => {
	it("may be spoken", () => {
		expect(parse("today")).toBe(now);
		expect(parse(" Tomorrow ")).toBe("2026-11-30");
		expect(parse("tmr")).toBe("2026-11-30");
		expect(parse("yesterday")).toBe("2026-11-28");
		expect(parse("next week")).toBe("2026-11-30");
		expect(parse("next month")).toBe("2026-12-01");
		expect(parse("in 3 days")).toBe("2026-12-02");
		expect(parse("+3")).toBe("2026-12-02");
		expect(parse("2w")).toBe("2026-12-13");
		expect(parse("in 2 months")).toBe("2027-01-29");
	});

	it("may be a weekday, which is the coming one", () => {
		expect(parse("fri")).toBe("2026-12-04");
		expect(parse("Friday")).toBe("2026-12-04");
		expect(parse("thurs")).toBe("2026-12-03");
		expect(parse("sun")).toBe("2026-12-06");
		expect(parse("next fri", "2026-12-01")).toBe("2026-12-11");
	});

	it("may be written, with or without a year", () => {
		expect(parse("4 dec")).toBe("2026-12-04");
		expect(parse("dec 4")).toBe("2026-12-04");
		expect(parse("4th December")).toBe("2026-12-04");
		expect(parse("4 sept")).toBe("2027-09-04");
		expect(parse("Fri 4 Dec")).toBe("2026-12-04");
		expect(parse("1 dec 27")).toBe("2027-12-01");
		expect(parse("Dec 4, 2028")).toBe("2028-12-04");
		expect(parse("29 feb")).toBe("2028-02-29");
	});

	it("may be digits", () => {
		expect(parse("2026-12-04")).toBe("2026-12-04");
		expect(parse("2026-1-5")).toBe("2026-01-05");
		expect(parse("4.12.")).toBe("2026-12-04");
		expect(parse("4.12.2027")).toBe("2027-12-04");
		expect(parse("1.2.")).toBe("2027-02-01");
	});

	it("is what the field shows, in any year", () => {
		for (const day of [now, "2026-11-04", "2026-01-01", "2027-03-31", "2028-02-29", "1999-12-31"])
			expect(parse(dayText(day))).toBe(day);
	});

	it("is none where there is none", () => {
		const none = ["", "4", "42", "31 apr", "31.4.", "2026-02-30", "logo", "fr", "in logo", "4 decks", "may"];
		for (const text of none) expect(parse(text), text).toBeUndefined();
	});
});

it("the next Monday is never today", () => {
	const monday = (day: string) => dayOf(mondayAfter(numberOf(day)));
	expect(monday("2026-11-20")).toBe("2026-11-23");
	expect(monday("2026-11-23")).toBe("2026-11-30");
	expect(monday("2026-11-22")).toBe("2026-11-23");
});

it("a month later is the last day where the month is shorter", () => {
	const from = (by: number) => dayOf(monthsLater(numberOf("2026-01-31"), by));
	expect([from(1), from(-2)]).toEqual(["2026-02-28", "2025-11-30"]);
});
