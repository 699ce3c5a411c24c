import { describe, expect, test } from "vitest";
import { RowPlaces } from "./row-places";

function places(...heights: number[]) {
	const rows = new RowPlaces(100, 8);
	rows.setKeys(heights.map((_, index) => `row ${index}`));
	heights.forEach((height, index) => {
		if (height > 0) rows.setHeight(index, height);
	});
	return rows;
}

describe("rows", () => {
	test("follow each other with a gap, with a guess where none was drawn", () => {
		const rows = places(50, 0, 20);
		expect([0, 1, 2].map((index) => rows.startOf(index))).toEqual([0, 58, 166]);
		expect(rows.total).toBe(186);
		expect(rows.row(2)).toEqual({ index: 2, key: "row 2", start: 166, end: 186 });
	});
	test("are found by what is in sight, also where only a part of them is", () => {
		const rows = places(50, 50, 50, 50);
		expect(rows.between(0, 50)).toEqual({ first: 0, last: 0 });
		expect(rows.between(49, 59)).toEqual({ first: 0, last: 1 });
		expect(rows.between(50, 58)).toEqual({ first: 1, last: 0 });
		expect(rows.between(60, 5000)).toEqual({ first: 1, last: 3 });
	});
	test("keep their height when others come before them", () => {
		const rows = places(50, 70);
		rows.setKeys(["new", "row 0", "row 1"]);
		expect([0, 1, 2].map((index) => rows.startOf(index))).toEqual([0, 108, 166]);
		expect(rows.setHeight(0, 90)).toBe(-10);
		expect(rows.startOf(1)).toBe(98);
	});
	test("of an empty list take no room", () => {
		expect(places().total).toBe(0);
		expect(places().between(0, 100)).toEqual({ first: 0, last: -1 });
	});
});
