import { describe, expect, test } from "vitest";
import { misfit, wordsOf } from "./matching";

const fits = (label: string, typed: string) => misfit(label, wordsOf(typed));

describe("what was typed", () => {
	test("has all its words in the label, in any order and any case", () => {
		expect(fits("Write the guide", "guide WRITE")).toBe(0);
		expect(fits("Write the guide", "guide for")).toBeUndefined();
		expect(fits("Ömer paints", "omer")).toBe(0);
	});
	test("fits a number with and without the key of its project", () => {
		expect(fits("WEB-142 Paint the shed", "web-142")).toBe(0);
		expect(fits("WEB-142 Paint the shed", "142")).toBe(0);
		expect(fits("WEB-142 Paint the shed", "web 142")).toBe(0);
	});
	test("may be misspelt in longer words: a letter missing, doubled, wrong, or two swapped", () => {
		for (const typed of ["timline", "timmeline", "timelime", "tiemline", "timelien"]) {
			expect(fits("Go to timeline", typed), typed).toBe(3);
		}
	});
	test("may have two slips in a long word, and none in a short one", () => {
		expect(fits("Administration", "admnistratoin")).toBe(3);
		expect(fits("Go to board", "baod")).toBeUndefined();
		expect(fits("Put the cat out", "act")).toBeUndefined();
	});
	test("is never another number", () => {
		expect(fits("WEB-1421 Paint", "1429")).toBeUndefined();
	});
	test("fits better as a word than as its beginning, inside of one, or misspelt", () => {
		const all = ["board", "boarding", "keyboard", "boadr"].map((word) =>
			word === "boadr" ? fits("board", word) : fits(word, "board"),
		);
		expect(all).toEqual([0, 0.5, 1, 3]);
	});
	test("fits the beginning of a longer word, misspelt too", () => {
		expect(fits("Notifications", "notfi")).toBe(3);
	});
});
