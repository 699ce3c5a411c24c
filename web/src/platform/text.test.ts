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

it("folds case and marks without a language", () => {
	expect(folded("İstanbul")).toBe("istanbul");
	expect(folded("ISTANBUL")).toBe("istanbul");
	expect(folded("Cafe\u0301")).toBe(folded("CAFÉ"));
	expect(folded("Straße")).toBe("strasse");
	expect(folded("Жук")).toBe("жук");
	expect(folded("ŁÓDŹ")).toBe("lodz");
	expect(folded("ﬁle")).toBe("file");
});

it("reads lines of every system, without a byte order mark", () => {
	expect(linesIn("\uFEFFone\r\n\r\n two\u2028three\n")).toEqual(["one", "two", "three"]);
});

it("shortens for a toast", () => {
	expect(shortened("a\n b")).toBe("a b");
	expect(shortened("word ".repeat(40))).toMatch(/^(word )+word…$/);
});
