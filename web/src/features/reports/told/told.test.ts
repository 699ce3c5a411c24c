import { expect, it } from "vitest";
import { tellWorkload } from "./people";
import { tellAgeing, tellCycleTime } from "./tasks";
import { inkOf, tellBurnup, tellFlow, tellThroughput } from "./time";
import type { Names } from "./told";

const names: Names = {
	numbered: (number) => `WEB-${number}`,
	task: (number) => `/p/WEB/board/${number}`,
	person: (id) => ({ a: "Alice", b: "Bob", c: "Charlie" })[id] ?? "?",
	column: (id) => ({ todo: "To do", doing: "Doing" })[id] ?? "A deleted column",
	hue: ({ id }) => (id === "done" ? "done" : "column-1"),
};
const asked = { interval: "day" as const, from: "2026-11-01", to: "2026-11-03", complete: true };
const percentiles = { p50: 2, p85: 5, p95: 8.5 };

it("says of a burn-up how much is done at its end", () => {
	const points = [
		{ on: "2026-11-01", scope: 3, done: 0 },
		{ on: "2026-11-02", scope: 4, done: 1 },
	];
	const told = tellBurnup({ ...asked, points });
	expect(told?.summary).toMatch(/^1 of 4 tasks was done on/);
	expect(told?.picture.shapes.map(({ values }) => values)).toEqual([
		[3, 4],
		[0, 1],
	]);
	expect(told?.rows[1]?.cells).toEqual(["2026-11-02", 4, 1]);
	expect(tellBurnup({ ...asked, points: [{ on: "2026-11-01", scope: 0, done: 0 }] })).toBeUndefined();
});

it("adds up a throughput, and draws what came back only where something did", () => {
	const point = { on: "2026-11-01", created: 2, completed: 1, reopened: 0 };
	const told = tellThroughput({ ...asked, interval: "week", points: [point, { ...point, reopened: 1 }] });
	expect(told?.summary).toBe("4 tasks were created, 2 completed and 1 reopened.");
	expect(told?.picture.shapes.map(({ values }) => values)).toEqual([
		[2, 2],
		[1, 1],
		[null, 1],
	]);
	expect(told?.picture.heads?.[0]).toMatch(/^Week of /);
	expect(tellThroughput({ ...asked, points: [point] })?.picture.shapes).toHaveLength(2);
});

it("lays columns upon each other from the last to the first, and says what each holds", () => {
	const columns = [
		{ id: "todo", name: "To do", kind: "active" as const },
		{ id: "done", name: "Done", kind: "done" as const },
	];
	const told = tellFlow({ ...asked, columns, points: [{ on: "2026-11-01", counts: [2, 5] }] }, names);
	expect(told?.picture.shapes.map(({ values, told, ink }) => [values, told, ink])).toEqual([
		[[7], [2], "bar-1"],
		[[5], [5], "bar-done"],
	]);
	expect(told?.summary).toMatch(/2 in To do and 5 in Done\.$/);
	expect([inkOf("none"), inkOf("column-9"), inkOf("column-5")]).toEqual(["bar", "bar", "bar-5"]);
});

it("puts each finished task on the day it was finished on, with the shares as lines", () => {
	const point = { task_id: "t", number: 3, title: "Paint", completed_on: "2026-11-02", days: 2.5 };
	const told = tellCycleTime({ ...asked, points: [point], percentiles }, names);
	expect(told?.picture.dots?.[0]).toMatchObject({ at: 1, value: 2.5, title: "WEB-3 Paint" });
	expect(told?.picture.levels?.map(({ value }) => value)).toEqual([2, 5, 8.5]);
	expect(told?.rows[0]).toMatchObject({
		cells: ["WEB-3", "Paint", "2026-11-02", 2.5],
		href: "/p/WEB/board/3",
	});
	expect(tellCycleTime({ ...asked, points: [], percentiles }, names)).toBeUndefined();
});

it("puts work that goes on above its column, each apart from the others, the oldest first in the table", () => {
	const since = "2026-11-01T10:00:00.000Z";
	const point = (number: number, column_id: string, days: number) => ({
		task_id: `t${number}`,
		number,
		title: "Paint",
		column_id,
		days,
		since,
	});
	const points = [point(1, "doing", 1), point(2, "doing", 4), point(3, "gone", 2)];
	const none = { p50: null, p85: null, p95: null };
	const report = { ...asked, points, percentiles: none };
	const told = tellAgeing(report, percentiles, ["todo", "doing"], names);
	expect(told?.picture.places).toEqual(["Doing", "A deleted column"]);
	expect(told?.rows.map(({ cells }) => cells[0])).toEqual(["WEB-2", "WEB-3", "WEB-1"]);
	const at = told?.picture.dots?.map((dot) => dot.at) ?? [];
	expect(new Set(at).size).toBe(3);
	expect(at.map((place) => Math.abs(Math.round(place)))).toEqual([0, 1, 0]);
	expect(told?.picture.levels?.map(({ value }) => value)).toEqual([2, 5, 8.5]);
	for (const usual of [none, undefined])
		expect(tellAgeing(report, usual, ["todo", "doing"], names)?.picture.levels).toEqual([]);
	expect(told?.summary).toBe("The oldest is WEB-2 Paint: begun 4 days ago, now in Doing.");
});

it("says what each person has, and last what nobody has", () => {
	const point = { overdue: 0, due_this_week: 0, completed: 0 };
	const points = [
		{ ...point, user_id: null, open: 9 },
		{ ...point, user_id: "b", open: 2, overdue: 1, due_this_week: 1 },
		{ ...point, user_id: "a", open: 5 },
		{ ...point, user_id: "c", open: 0 },
	];
	const told = tellWorkload({ ...asked, points }, names);
	expect(told?.picture.places).toEqual(["Alice", "Bob", "Nobody"]);
	expect(told?.picture.shapes.map(({ values }) => values[1])).toEqual([2, 2, 1, 0]);
	expect(told?.summary).toBe("16 tasks open for 2 people, 1 of them overdue.");
});
