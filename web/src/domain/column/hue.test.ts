import { column } from "boardcast/testing";
import { expect, it } from "vitest";
import { columnHue } from "./hue";

it("a column has the colour of its place among the active ones", () => {
	const backlog = { ...column("a"), kind: "backlog" as const };
	const done = { ...column("z"), kind: "done" as const };
	const active = ["b", "c", "d", "e", "f", "g", "h"].map(column);
	const all = [backlog, ...active, done];
	expect(all.map((one) => columnHue(one, all))).toEqual([
		"none",
		"column-0",
		"column-1",
		"column-2",
		"column-3",
		"column-4",
		"column-5",
		"column-0",
		"done",
	]);
});
