import { describe, expect, it } from "vitest";
import { isSaved, keyAfter, provisionalId } from "./provisional";

const rows = [
	{ id: "a", position: "a0" },
	{ id: "b", position: "a1" },
	{ id: "c", position: "a2" },
];
const order = (id: string, position: string) =>
	[...rows.filter((row) => row.id !== id), { id, position }]
		.sort((x, y) => (x.position < y.position ? -1 : 1))
		.map((row) => row.id)
		.join("");

describe("a provisional position", () => {
	it("puts a task first, behind a neighbour and last", () => {
		expect(order("x", keyAfter(rows, "x", null))).toBe("xabc");
		expect(order("x", keyAfter(rows, "x", "a"))).toBe("axbc");
		expect(order("x", keyAfter(rows, "x", "c"))).toBe("abcx");
		expect(order("x", keyAfter(rows, "x", undefined))).toBe("abcx");
	});

	it("moves a task within its own column", () => {
		expect(order("a", keyAfter(rows, "a", "b"))).toBe("bac");
		expect(order("c", keyAfter(rows, "c", null))).toBe("cab");
	});

	it("goes last when the neighbour has left", () => {
		expect(order("x", keyAfter(rows, "x", "gone"))).toBe("abcx");
	});

	it("works in an empty column", () => {
		expect(keyAfter([], "x", null)).not.toBe("");
		expect(keyAfter([], "x", undefined)).not.toBe("");
	});
});

describe("a provisional id", () => {
	it("is told from an id of the server, and given once", () => {
		expect(isSaved(provisionalId())).toBe(false);
		expect(isSaved("0192f0c1-7d3e-7a3e-9c1b-000000000001")).toBe(true);
		expect(provisionalId()).not.toBe(provisionalId());
	});
});
