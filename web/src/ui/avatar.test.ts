import { expect, it } from "vitest";
import { hue, orderPeople } from "./avatar";

const ids = Array.from(
	{ length: 12 },
	(_, index) => `0192f0c1-7d3e-7a3e-9c1b-00000000000${index.toString(16)}`,
);

it("no two people of a small team have the same colour", () => {
	orderPeople(ids.slice(0, 8));
	expect(new Set(ids.slice(0, 8).map(hue)).size).toBe(8);
});

it("the others have one that follows from their id", () => {
	orderPeople([]);
	const alone = ids.map(hue);
	orderPeople(ids);
	expect(ids.slice(8).map(hue)).toEqual(alone.slice(8));
	for (const colour of alone) expect(colour).toBeLessThan(8);
});
