import { expect, it } from "vitest";
import { hue, orderPeople, takePlaces } from "./avatar";

const ids = Array.from(
	{ length: 12 },
	(_, index) => `0192f0c1-7d3e-7a3e-9c1b-00000000000${index.toString(16)}`,
);

it("no two people of a small team have the same colour", () => {
	orderPeople(ids.slice(0, 8));
	expect(new Set(ids.slice(0, 8).map(hue)).size).toBe(8);
});

it("the others have one that follows from their id", () => {
	takePlaces([]);
	const alone = ids.map(hue);
	orderPeople(ids);
	expect(ids.slice(8).map(hue)).toEqual(alone.slice(8));
	for (const colour of alone) expect(colour).toBeLessThan(8);
});

it("who is shown elsewhere keeps the colour of the project", () => {
	takePlaces([]);
	orderPeople(ids.slice(0, 3));
	const there = ids.slice(0, 2).map(hue);
	const places = orderPeople(ids.slice(2, 4));
	expect(ids.slice(0, 2).map(hue)).toEqual(there);
	takePlaces([]);
	takePlaces([...places]);
	expect(ids.slice(0, 2).map(hue)).toEqual(there);
});
