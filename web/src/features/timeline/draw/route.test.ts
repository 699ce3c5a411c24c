import { describe, expect, it } from "vitest";
import { type Box, route, uprightOf } from "./route";

const measures = { rowHeight: 30, barHeight: 20 };
const box = (left: number, right: number, row: number): Box => ({ left, right, row });

describe("an arrow", () => {
	it("goes right, down and into the start of the follower", () => {
		const { path } = route(box(0, 100, 0), box(200, 260, 2), [], measures);
		expect(path).toBe("M100 15L104 15Q108 15 108 19L108 71Q108 75 112 75L200 75");
	});

	it("goes down where no bar is in the way", () => {
		const { path } = route(box(0, 100, 0), box(200, 260, 2), [box(90, 150, 1)], measures);
		expect(path).toContain("L192 71");
	});

	it("rather passes under one bar than through its own title", () => {
		const from = { ...box(0, 100, 0), titled: true };
		expect(route(from, box(200, 260, 2), [box(90, 150, 1)], measures).path).toContain("L108 71");
	});

	it("drops into the top of a follower that begins at once", () => {
		const { path, head } = route(box(0, 100, 0), box(100, 160, 1), [], measures);
		expect(path).toBe("M100 15L104 15Q108 15 108 19L108 35");
		expect(head.startsWith("M108 35")).toBe(true);
	});

	it("goes around when the follower begins too early, between the rows", () => {
		const { path } = route(box(0, 100, 0), box(50, 160, 1), [], measures);
		expect(path).toContain("L46 30");
		expect(path.endsWith("L50 45")).toBe(true);
	});

	it("rises to a follower above", () => {
		const { head } = route(box(0, 100, 3), box(104, 160, 1), [], measures);
		expect(head.startsWith("M112 55")).toBe(true);
	});

	it.each([
		["later", box(200, 260, 90)],
		["at once", box(100, 160, 90)],
		["earlier", box(50, 160, 90)],
		["above, earlier", box(50, 160, 2)],
	])("past many rows stands where it would be drawn whole: a follower that begins %s", (_, to) => {
		const from = box(0, 100, 40);
		const x = uprightOf(from, to);
		expect(route(from, to, [], measures).path).toMatch(new RegExp(`Q${x} \\d+ ${x} \\d+L${x} \\d+`));
	});
});
