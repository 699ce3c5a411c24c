import { describe, expect, it } from "vitest";
import { diffWords, mergeWords, type Piece } from "./word-diff";

const marked = (pieces: Piece[]) =>
	pieces.map(({ text, changed }) => (changed ? `[${text}]` : text)).join("");
const diff = (one: string, other: string) => diffWords(one, other).map(marked);

describe("a difference by words", () => {
	it("marks in each text what the other does not have", () => {
		expect(diff("Draw a new logo", "Draw the logo")).toEqual(["Draw [a new] logo", "Draw [the] logo"]);
		expect(diff("Paint it", "Paint it, soon")).toEqual(["Paint it", "Paint it[, soon]"]);
		expect(diff("Bring a big tent and map.", "Bring tent and map, and cake.")).toEqual([
			"Bring [a big ]tent and map.",
			"Bring tent and map[, and cake].",
		]);
		expect(diff("same", "same")).toEqual(["same", "same"]);
		expect(diff("", "all new")).toEqual(["", "[all new]"]);
	});

	it("loses nothing of either text", () => {
		const texts = ["שלום עולם, plan 2\n\n- one\n- two", "Plan: שלום\n- two\n- three 🎉", ""];
		for (const one of texts) {
			for (const other of texts) {
				const [a, b] = diffWords(one, other);
				expect([a, b].map((pieces) => pieces.map(({ text }) => text).join(""))).toEqual([one, other]);
			}
		}
	});

	it("ends soon for two long texts that have nothing in common", () => {
		const long = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word}${index}`).join(" ");
		expect(diffWords(long("a"), long("b"))[0].some(({ changed }) => changed)).toBe(true);
	});
});

describe("two changes in one text", () => {
	it("have both where they touch different words", () => {
		expect(mergeWords("Rough idea", "Rough plan", "Clear idea")).toBe("Clear plan");
		expect(mergeWords("One two three", "One three", "One two three four")).toBe("One three four");
		expect(mergeWords("Tent\nMap", "Tent\nMap\nLamp", "Big tent\nMap")).toBe("Big tent\nMap\nLamp");
	});

	it("stand one behind the other where they touch the same", () => {
		expect(mergeWords("Old", "Theirs", "Mine")).toBe("Theirs Mine");
		expect(mergeWords("", "Their text.", "My text.")).toContain("Their");
	});

	it("lose no word when nobody knows the beginning", () => {
		const merged = mergeWords(undefined, "Buy green paint", "Buy blue paint today");
		for (const word of ["green", "blue", "today"]) expect(merged).toContain(word);
		expect(merged.startsWith("Buy")).toBe(true);
	});
});
