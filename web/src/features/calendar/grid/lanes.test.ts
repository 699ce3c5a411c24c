import { expect, it } from "vitest";
import { fitted, segmentsOf } from "./lanes";

const bars = (all: Record<string, [number, number]>) =>
	new Map(Object.entries(all).map(([id, [start, due]]) => [id, { start, due }]));
const short = (start: number, all: Record<string, [number, number]>) =>
	segmentsOf(bars(all), start).map(({ id, from, to, lane }) => `${id} ${from}-${to} in ${lane}`);

it("what begins earlier lies higher, and free lanes are used again", () => {
	expect(short(0, { a: [0, 1], b: [1, 3], c: [2, 2], d: [4, 6] })).toEqual([
		"a 0-1 in 0",
		"b 1-3 in 1",
		"c 2-2 in 0",
		"d 4-6 in 0",
	]);
});

it("of two that begin on one day the longer one lies higher", () => {
	expect(short(0, { a: [2, 2], b: [2, 5] })).toEqual(["b 2-5 in 0", "a 2-2 in 1"]);
});

it("what a person moves lies above all", () => {
	const all = bars({ a: [0, 6], b: [0, 6], c: [2, 2] });
	expect(segmentsOf(all, 0, "c").map(({ id, lane }) => [id, lane])).toEqual([
		["c", 0],
		["a", 1],
		["b", 2],
	]);
});

it("a bar goes on over the edges of the week", () => {
	const all = bars({ a: [-3, 9] });
	const edges = (start: number) =>
		segmentsOf(all, start).map(({ from, to, isContinued, continues }) => [from, to, isContinued, continues]);
	expect([edges(-7), edges(0), edges(7), edges(14)]).toEqual([
		[[4, 6, false, true]],
		[[0, 6, true, true]],
		[[0, 2, true, false]],
		[],
	]);
});

it("where more lie on a day than fit, the last lane counts the hidden ones", () => {
	const segments = segmentsOf(bars({ a: [0, 0], b: [0, 0], c: [0, 0], d: [1, 1], e: [1, 1] }), 0);
	const { shown, hidden } = fitted(segments, 2);
	expect(shown.map(({ id }) => id)).toEqual(["a", "d", "e"]);
	expect(hidden).toEqual([2, 0, 0, 0, 0, 0, 0]);
});

it("a bar that ends in a crowded day is hidden on all of its days", () => {
	const segments = segmentsOf(bars({ a: [0, 3], b: [0, 1], c: [1, 1] }), 0);
	const { shown, hidden } = fitted(segments, 2);
	expect(shown.map(({ id }) => id)).toEqual(["a"]);
	expect(hidden).toEqual([1, 2, 0, 0, 0, 0, 0]);
});
