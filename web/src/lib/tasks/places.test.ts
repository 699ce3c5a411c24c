import { describe, expect, it } from "vitest";
import { isSaved, keyAfter, placeAt, provisionalId } from "./places";

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

describe("a provisional key", () => {
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

describe("a place by index", () => {
	it("names the neighbour before, without counting the task itself", () => {
		expect(placeAt("c1", ["a", "b", "c"], "a", 1)).toEqual({ column_id: "c1", after: "b" });
		expect(placeAt("c1", ["a", "b", "c"], "c", 0)).toEqual({ column_id: "c1", after: null });
		expect(placeAt("c1", ["a", "b"], "x", 9)).toEqual({ column_id: "c1", after: "b" });
	});

	it("never names a task that the server does not know yet", () => {
		const fresh = provisionalId();
		expect(isSaved(fresh)).toBe(false);
		expect(placeAt("c1", ["a", fresh], "x", 2)).toEqual({ column_id: "c1", after: "a" });
	});
});
