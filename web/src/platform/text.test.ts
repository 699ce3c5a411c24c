import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cut, excess, folded, linesIn, pieces, shortened } from "./text";

it("counts characters as the server does, not units", () => {
	expect(excess("😀".repeat(255), 255)).toBe(0);
	expect(excess(`${"😀".repeat(255)}!`, 255)).toBe(1);
	expect(excess("a".repeat(300), 255)).toBe(45);
});

it("cuts between words, and loses nothing", () => {
	expect(cut("one two three", 9)).toEqual(["one two", "three"]);
	expect(cut("short", 9)).toEqual(["short", ""]);
});

it("never cuts into a sign", () => {
	expect(cut(`${"a".repeat(254)}😀`, 254)).toEqual(["a".repeat(254), "😀"]);
	expect(cut(`${"a".repeat(253)}🇫🇷x`, 254)).toEqual(["a".repeat(253), "🇫🇷x"]);
	const family = "👨‍👩‍👧‍👦";
	expect(cut(`aaa${family}`, 5)).toEqual(["aaa", family]);
});

it("makes pieces that are whole together", () => {
	const text = "x".repeat(700);
	expect(pieces(text, 255).map(({ length }) => length)).toEqual([255, 255, 190]);
	expect(pieces(text, 255).join("")).toBe(text);
	expect(pieces("👨‍👩‍👧‍👦", 3).join("")).toBe("👨‍👩‍👧‍👦");
});

// The server has to fold the same examples in the same way.
const examples: { folded: string; of: string[] }[] = JSON.parse(
	readFileSync(new URL("../../../tests/fixtures/folded.json", import.meta.url), "utf8"),
);

it.each(examples)("folds as the server does: $folded", ({ folded: same, of }) => {
	for (const text of of) expect(folded(text), text).toBe(same);
	expect(folded(same)).toBe(same);
});

it("reads lines of every system, without a byte order mark", () => {
	expect(linesIn("\uFEFFone\r\n\r\n two\u2028three\n")).toEqual(["one", "two", "three"]);
});

it("shortens for a toast", () => {
	expect(shortened("a\n b")).toBe("a b");
	expect(shortened("word ".repeat(40))).toMatch(/^(word )+word…$/);
});
