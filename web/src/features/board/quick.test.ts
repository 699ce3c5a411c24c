import { describe, expect, it } from "vitest";
import { linesOf, parseQuick } from "./quick";

const people = [
	{ id: "a", name: "Alice" },
	{ id: "b", name: "Bob" },
];
const labels = [{ id: "l", name: "Design work" }];
const parse = (line: string) => parseQuick(line, people, labels);

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
		expect(parse("Fix issue #4 for @dora, now!")).toEqual({ title: "Fix issue #4 for @dora, now!" });
		expect(parse("a ! b @ c")).toEqual({ title: "a ! b @ c" });
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
