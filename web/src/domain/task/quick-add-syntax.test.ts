import { describe, expect, it } from "vitest";
import { asOneTask, linesOf, parseQuick, titled } from "./quick-add-syntax";

const people = [
	{ id: "a", name: "Alice" },
	{ id: "b", name: "Bob" },
];
const labels = [{ id: "l", name: "Design work" }];
// A Sunday.
const known = { people, labels, today: "2026-11-29" };
const parse = (line: string) => parseQuick(line, known).fields;
const marks = (line: string, plain: string[] = []) =>
	parseQuick(line, { ...known, plain: new Set(plain) }).marks.map(({ kind, text }) => `${kind} ${text}`);

describe("quick add", () => {
	it("reads people, labels and priority", () => {
		expect(parse("Draw a logo #design-work @bob !high")).toEqual({
			title: "Draw a logo",
			assignee_ids: ["b"],
			label_ids: ["l"],
			priority: "high",
		});
		expect(parse("@Alice @bob meet #design")).toEqual({
			title: "meet",
			assignee_ids: ["a", "b"],
			label_ids: ["l"],
		});
	});

	it("leaves alone what names nothing", () => {
		expect(parse("Fix issue #4 for @nobody, now!")).toEqual({ title: "Fix issue #4 for @nobody, now!" });
		expect(parse("a ! b @ c")).toEqual({ title: "a ! b @ c" });
	});

	it("reads a day behind its sign, of one word or several", () => {
		expect(parse("Call the printer >tomorrow")).toEqual({ title: "Call the printer", due_on: "2026-11-30" });
		expect(parse("Pay >4 dec by card")).toEqual({ title: "Pay by card", due_on: "2026-12-04" });
		expect(parse("Pay >fri 4 dec 2026")).toEqual({ title: "Pay", due_on: "2026-12-04" });
		expect(parse("Coverage > 80 or a>b >nothing")).toEqual({ title: "Coverage > 80 or a>b >nothing" });
	});

	it("takes the last of two days or priorities, and loses no other", () => {
		expect(parse("Pay >today >fri !low !high")).toEqual({
			title: "Pay >today !low",
			due_on: "2026-12-04",
			priority: "high",
		});
	});

	it("says what it has understood, and what it has not", () => {
		expect(marks("Logo #design-work @bob !high >4 dec")).toEqual([
			"label #design-work",
			"person @bob",
			"priority !high",
			"due >4 dec",
		]);
		expect(marks("Fix #4 for @nobody, or @nobody and #paint, now!")).toEqual(["unknown @nobody"]);
		expect(marks("@bob")).toEqual([]);
	});

	it("leaves as text what the person wants to be text", () => {
		expect(marks("Mail @bob >4 dec", ["@bob", ">4 dec"])).toEqual([]);
		const { fields } = parseQuick("Mail @bob >4 dec", { ...known, plain: new Set(["@bob", ">4 dec"]) });
		expect(fields).toEqual({ title: "Mail @bob >4 dec" });
	});

	it("never makes an empty title", () => {
		expect(parse("@bob")).toEqual({ title: "@bob" });
	});
});

describe("a pasted list", () => {
	it("is a task a line, without bullets", () => {
		expect(linesOf("- one\n* two\r\n\n 3. three\n- [x] four\n• five\n")).toEqual([
			"one",
			"two",
			"three",
			"four",
			"five",
		]);
	});
	it("keeps numbers and dashes that are words", () => {
		expect(linesOf("2026 plan\n-5 degrees")).toEqual(["2026 plan", "-5 degrees"]);
	});
});

describe("a long text", () => {
	it("keeps whole in the description what the title cannot hold", () => {
		const line = `${"a".repeat(254)}😀 and more`;
		const { title, description } = titled({ title: line });
		expect([...title].length).toBeLessThanOrEqual(255);
		expect(title.isWellFormed()).toBe(true);
		expect(description).toBe(line);
		expect(titled({ title: "short" })).toEqual({ title: "short" });
	});

	it("as one task loses no line", () => {
		expect(asOneTask(["Trip", "Tent", "Map"])).toEqual({ title: "Trip", description: "Tent\nMap" });
		const long = "b".repeat(300);
		expect(asOneTask([long, "Map"]).description).toBe(`${long}\nMap`);
	});

	it("keeps every line of a long list, without a byte order mark", () => {
		const lines = Array.from({ length: 130 }, (_, index) => `Task ${index}`);
		expect(linesOf(`\uFEFF${lines.join("\r\n")}`)).toEqual(lines);
	});
});
