import { describe, expect, it } from "vitest";
import { between, byPosition } from "./position.ts";
import { emptyRows, reduce, write } from "./reduce.ts";
import { column, task } from "./testing/samples.ts";

function start() {
	const rows = emptyRows();
	rows.tasks.set("t1", task("t1", { title: "Old" }));
	rows.columns.set("c1", column("c1"));
	const apply = (change: Parameters<typeof reduce>[1]) =>
		write(
			rows,
			reduce((kind, id) => rows[kind].get(id), change),
		);
	return { rows, apply };
}

describe("the reducer", () => {
	it("leaves absent fields as they are and sets null ones", () => {
		const { rows, apply } = start();
		apply({ changes: { tasks: [{ id: "t1", version: 2, due_on: null, title: "New" }] } });
		expect(rows.tasks.get("t1")).toEqual(task("t1", { title: "New", version: 2, due_on: null }));
	});

	it("adds objects it did not know and removes those named", () => {
		const { rows, apply } = start();
		apply({ changes: { tasks: [task("t2")] }, removed: { tasks: ["t1"], columns: ["c1"] } });
		expect([...rows.tasks.keys()]).toEqual(["t2"]);
		expect(rows.columns.size).toBe(0);
	});

	it("does not change the objects it was given", () => {
		const { rows } = start();
		const before = rows.tasks.get("t1");
		reduce((kind, id) => rows[kind].get(id), { changes: { tasks: [{ id: "t1", title: "New" }] } });
		expect(before?.title).toBe("Old");
	});

	it("ignores kinds it does not know", () => {
		const { rows, apply } = start();
		apply({ changes: { comments: [{ id: "x" }] } } as object);
		expect(rows.tasks.size).toBe(1);
	});
});

describe("a provisional position", () => {
	it.each([
		[undefined, undefined],
		["a1", undefined],
		[undefined, "a0"],
		["a0", "a1"],
		["a", "a0"],
		["a1V", "a2"],
		["Zz", "a0"],
	])("lies between %s and %s", (low, high) => {
		const key = between(low, high);
		if (low !== undefined) expect(key > low).toBe(true);
		if (high !== undefined) expect(key < high).toBe(true);
	});

	it("can be split fifty times", () => {
		let high = "a1";
		for (let i = 0; i < 50; i++) {
			const key = between("a0", high);
			expect(key > "a0" && key < high).toBe(true);
			high = key;
		}
	});

	it("sorts equal positions by id, the same for everybody", () => {
		const rows = [task("t2"), task("t1")].sort(byPosition);
		expect(rows.map((row) => row.id)).toEqual(["t1", "t2"]);
	});
});
