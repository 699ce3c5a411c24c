import { effect } from "@preact/signals";
import { byPosition, type Task } from "boardcast";
import { task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { Grouping } from "./grouping";
import { Table } from "./table";

function start() {
	const table = new Table<Task>();
	const columns = new Grouping(table, (row) => row.column_id, byPosition);
	const set = (id: string, row: Task | undefined) => table.update([id], () => row);
	return { table, columns, set };
}

describe("the order of a column", () => {
	it("is that of a full sort, whatever came, went and moved since it was last read", () => {
		const { table, columns, set } = start();
		// A generator with a fixed seed: each run makes the same changes.
		let seed = 7;
		const random = (most: number) => {
			seed = (seed * 48_271) % 2_147_483_647;
			return seed % most;
		};
		for (let turn = 0; turn < 2000; turn++) {
			const id = `t${random(40)}`;
			const column_id = `c${random(3)}`;
			set(id, random(4) === 0 ? undefined : task(id, { column_id, position: `p${random(60)}` }));
			if (random(3) > 0) continue;
			for (const column of ["c0", "c1", "c2"]) {
				const rows = table.peekAll().filter((row) => row.column_id === column);
				expect(columns.of(column)).toEqual(rows.sort(byPosition).map((row) => row.id));
			}
		}
	});

	it("stays the same list when a task only gets another title", () => {
		const { columns, set } = start();
		set("t1", task("t1"));
		set("t2", task("t2"));
		let looks = 0;
		const stop = effect(() => {
			columns.of("c1");
			looks += 1;
		});
		set("t1", task("t1", { title: "Other" }));
		expect(looks).toBe(1);
		set("t1", task("t1", { position: "b0" }));
		expect([looks, columns.of("c1")]).toEqual([2, ["t2", "t1"]]);
		stop();
	});
});

describe("a table", () => {
	it("tells those who read one object of that object only", () => {
		const { table, set } = start();
		const seen: (string | undefined)[] = [];
		const stop = effect(() => {
			seen.push(table.get("t1")?.title);
		});
		set("t2", task("t2"));
		set("t1", task("t1", { title: "Now here" }));
		set("t1", undefined);
		expect(seen).toEqual([undefined, "Now here", undefined]);
		stop();
	});

	it("tells those who read all of any change, once a batch", () => {
		const { table } = start();
		const seen: number[] = [];
		const stop = effect(() => {
			seen.push(table.all().length);
		});
		table.update(["t1", "t2", "t3"], (id) => task(id));
		table.update(["t2"], (id) => task(id, { title: "Other" }));
		expect(seen).toEqual([0, 3, 3]);
		stop();
	});
});
