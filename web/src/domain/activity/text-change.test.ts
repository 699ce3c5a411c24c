import { expect, it } from "vitest";
import { shortened, steps } from "./text-change";

const shown = (from: string, to: string) =>
	steps(from, to)
		.map(({ text, what }) => ({ kept: text, added: `{+${text}+}`, removed: `[-${text}-]` })[what])
		.join("");

it.each([
	["a b c", "a x c", "a [-b-]{+x+} c"],
	["one two three four", "one three four five", "one [-two -]three four{+ five+}"],
	["", "new", "{+new+}"],
	["old", "", "[-old-]"],
	["same", "same", "same"],
	["a b", "b a b c", null],
])("%j to %j", (from, to, expected) => {
	if (expected !== null) expect(shown(from, to)).toBe(expected);
	const found = steps(from, to);
	expect(
		found
			.filter(({ what }) => what !== "added")
			.map(({ text }) => text)
			.join(""),
	).toBe(from);
	expect(
		found
			.filter(({ what }) => what !== "removed")
			.map(({ text }) => text)
			.join(""),
	).toBe(to);
});

it("leaves out the middle of what stayed", () => {
	const long = `${"a".repeat(200)}${"b".repeat(200)}`;
	expect(shortened(long, false, false)).toBe(`${"a".repeat(90)}…${"b".repeat(90)}`);
	expect(shortened(long, true, false)).toBe(`…${"b".repeat(90)}`);
	expect(shortened(long, false, true)).toBe(`${"a".repeat(90)}…`);
	expect(shortened("short", false, false)).toBe("short");
});
