import { expect, it } from "vitest";
import { fromTsv, toTsv } from "./tsv";

it("reads what it has written, whatever a cell has in it", () => {
	const cells = [
		["plain", 'with "quotes"', "a\ttab"],
		["two\nlines", "", "x"],
	];
	expect(fromTsv(toTsv(cells))).toEqual(cells);
});

it("reads the cells of a spreadsheet, which ends its last row", () => {
	expect(fromTsv("a\tb\r\nc\t\r\n")).toEqual([
		["a", "b"],
		["c", ""],
	]);
	expect(fromTsv("one")).toEqual([["one"]]);
	expect(fromTsv("\uFEFF")).toEqual([[""]]);
});

it("takes a quote that is not closed as it is", () => {
	expect(fromTsv('6" pipe\t"open')).toEqual([['6" pipe', '"open']]);
	expect(fromTsv('"5"" and 6"""')).toEqual([['5" and 6"']]);
});
