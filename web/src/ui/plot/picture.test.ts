import { expect, it } from "vitest";
import { translucent } from "./inks";
import { most, named } from "./picture";
import { pathOf } from "./spark";

it("names as many places as have room, the last one always", () => {
	expect(named(5, 10)).toEqual([0, 1, 2, 3, 4]);
	expect(named(30, 4)).toEqual([5, 13, 21, 29]);
	expect(named(3, 0)).toEqual([2]);
	expect(named(0, 4)).toEqual([]);
});

it("makes room for the highest of all that is drawn", () => {
	const say = String;
	const shape = { label: "x", ink: "bar" as const, kind: "line" as const, values: [1, null, 4] };
	expect(most({ places: [], shapes: [shape], levels: [{ value: 9, label: "", short: "" }], say })).toBe(9);
	expect(most({ places: [], shapes: [], dots: [{ at: 0, value: 6, title: "", note: "" }], say })).toBe(6);
	expect(most({ places: [], shapes: [], say })).toBe(0);
});

it("draws a small line from edge to edge, also of a single value", () => {
	expect(pathOf([0, 10], 10)).toBe("M0 31 L100 1");
	expect(pathOf([5], 10)).toBe("M0 16 L100 16");
});

it("takes of a colour a part, as browsers write it", () => {
	expect(translucent("rgb(1, 2, 3)", 0.5)).toBe("rgba(1, 2, 3, 0.5)");
	expect(translucent("rgb(1, 2, 3)", 1)).toBe("rgb(1, 2, 3)");
	expect(translucent("color(srgb 0 0 0)", 0.5)).toBe("color(srgb 0 0 0)");
});
