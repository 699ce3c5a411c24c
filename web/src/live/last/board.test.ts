import { emptyRows, type Kind, type Rows, type Snapshot } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { format, type Head, joined, patchOf, slicesOf } from "./board";

const cursor = "e1.10.abc";
const head = (over: Partial<Head> = {}): Head => ({
	format,
	generation: "g",
	cursor,
	at: 1,
	slices: 1,
	patches: 0,
	...over,
});

function rowsOf(from: Snapshot): Rows {
	const rows = emptyRows();
	rows.project.set(from.project.id, from.project);
	for (const column of from.columns) rows.columns.set(column.id, column);
	for (const one of from.tasks) rows.tasks.set(one.id, one);
	return rows;
}

const board = snapshot(10, [task("t1"), task("t2", { label_ids: ["l1"] })]);
/** As the database hands it out. */
const copy = <T>(value: T): T => structuredClone(value);
const read = (slices: unknown[], patches: unknown[] = [], over: Partial<Head> = {}) =>
	joined(head({ slices: slices.length, patches: patches.length, ...over }), copy(slices), copy(patches));

describe("a board that was kept", () => {
	it("comes back as the server told it, however small the slices", () => {
		for (const length of [1, 2, 1000]) {
			const slices = slicesOf(rowsOf(board), length);
			expect(slices).toHaveLength(Math.ceil(5 / length));
			expect(read(slices)).toEqual({ ...board, cursor });
		}
	});

	it("has what changed since, and not what went", () => {
		const rows = rowsOf(board);
		const slices = slicesOf(rows);
		const changed = emptyRows();
		changed.tasks.set("t2", task("t2", { title: "Renamed", version: 11 }));
		const touched = new Map<Kind, Set<string>>([
			["tasks", new Set(["t1", "t2"])],
			["comments", new Set(["c1"])],
		]);
		const found = read(slices, [patchOf(changed, touched)]);
		expect(found?.tasks.map(({ id, title }) => [id, title])).toEqual([["t2", "Renamed"]]);
	});

	it("is none when anything of it is missing, broken or of another page", () => {
		const slices = slicesOf(rowsOf(board), 2);
		expect(read(slices)).toBeDefined();
		expect(read(slices, [], { format: format + 1 })).toBeUndefined();
		expect(read(slices, [], { slices: 4 })).toBeUndefined();
		expect(read(slices, [], { patches: 1 })).toBeUndefined();
		for (const broken of ["", "e1.10", "e1.ten.abc", ".10.abc", 7 as never])
			expect(read(slices, [], { cursor: broken })).toBeUndefined();
		expect(read(slices.slice(1))).toBeUndefined();
		const without = (field: string) => [
			...slices,
			{ tasks: [Object.fromEntries(Object.entries(task("t3")).filter(([name]) => name !== field))] },
		];
		for (const field of ["id", "version", "title", "column_id", "position", "assignee_ids", "label_ids"])
			expect(read(without(field)), field).toBeUndefined();
		for (const broken of [
			null,
			7,
			"text",
			[],
			{ tasks: 7 },
			{ tasks: [null] },
			{ cookies: [] },
			{ tasks: [[]] },
		])
			expect(read([...slices, broken]), JSON.stringify(broken)).toBeUndefined();
		for (const broken of [null, {}, { rows: 7 }, { rows: { tasks: [{}] } }])
			expect(read(slices, [broken]), JSON.stringify(broken)).toBeUndefined();
	});
});
