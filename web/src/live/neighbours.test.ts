import { describe, expect, it } from "vitest";
import { keyAt, type Neighbours, neighboursAt } from "./neighbours";

const rows = [
	{ id: "a", position: "1" },
	{ id: "b", position: "2" },
	{ id: "c", position: "3" },
];
/** The order after `id` was put between its neighbours. */
function order(id: string, place: Neighbours): string {
	const moved = { id, position: keyAt(rows, id, place) };
	return [...rows.filter((row) => row.id !== id), moved]
		.sort((x, y) => (x.position < y.position ? -1 : 1))
		.map((row) => row.id)
		.join("");
}

describe("a place between neighbours", () => {
	it("names both, without counting what is moved", () => {
		expect(neighboursAt(["a", "b", "c"], "a", 1)).toEqual({ after: "b", before: "c" });
		expect(neighboursAt(["a", "b"], "x", 9)).toEqual({ after: "b", before: null });
		expect(neighboursAt([], "x", 0)).toEqual({ after: null, before: null });
	});

	it("is behind the first, and before the second where the first has left", () => {
		expect(order("x", { after: "a", before: "b" })).toBe("axbc");
		expect(order("x", { after: "gone", before: "c" })).toBe("abxc");
		expect(order("x", { after: "gone", before: "a" })).toBe("xabc");
		expect(order("c", { after: "gone", before: "b" })).toBe("acb");
	});

	it("is at an end where there is no neighbour", () => {
		expect(order("c", { after: null, before: "a" })).toBe("cab");
		expect(order("a", { after: "c", before: null })).toBe("bca");
		expect(order("x", { after: "gone", before: "gone too" })).toBe("abcx");
		expect(order("x", { after: null, before: null })).toBe("xabc");
	});
});
