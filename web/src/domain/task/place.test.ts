import { describe, expect, it } from "vitest";
import { provisionalId } from "../../live/provisional";
import { placeAt } from "./place";

describe("a place by index", () => {
	it("names both neighbours, without counting the task itself", () => {
		expect(placeAt("c1", ["a", "b", "c"], "a", 1)).toEqual({ column_id: "c1", after: "b", before: "c" });
		expect(placeAt("c1", ["a", "b", "c"], "c", 0)).toEqual({ column_id: "c1", after: null, before: "a" });
		expect(placeAt("c1", ["a", "b"], "x", 9)).toEqual({ column_id: "c1", after: "b", before: null });
	});

	it("never names a task that the server does not know yet", () => {
		expect(placeAt("c1", ["a", provisionalId()], "x", 2)).toEqual({
			column_id: "c1",
			after: "a",
			before: null,
		});
	});
});
