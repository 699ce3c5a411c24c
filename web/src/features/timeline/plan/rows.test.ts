import { task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { barsOf } from "../../../domain/task/bars";
import { Order } from "./order";
import { rowsOf } from "./rows";

const at = (id: string, day: number) => task(id, { number: day, due_on: `2026-03-0${day}` });

describe("the order of rows", () => {
	it("is by start at first, and then stays when bars move", () => {
		const order = new Order();
		const ids = (tasks = [at("a", 3), at("b", 1)]) => order.apply(tasks, barsOf(tasks)).map(({ id }) => id);
		expect(ids()).toEqual(["b", "a"]);
		expect(ids([at("a", 3), at("b", 9)])).toEqual(["b", "a"]);
		order.forget();
		expect(ids([at("a", 3), at("b", 9)])).toEqual(["a", "b"]);
	});

	it("puts a newcomer where its start belongs", () => {
		const order = new Order();
		const first = [at("a", 1), at("b", 5)];
		order.apply(first, barsOf(first));
		const then = [...first, at("c", 3), at("d", 8), at("e", 4)];
		expect(order.apply(then, barsOf(then)).map(({ id }) => id)).toEqual(["a", "c", "e", "b", "d"]);
	});
});

describe("rows", () => {
	const tasks = [at("a", 1), { ...at("b", 2), column_id: "c2" }, at("c", 3)];
	const groups = [
		{ key: "c1", name: "Doing" },
		{ key: "c2", name: "Done" },
		{ key: "c3", name: "Empty" },
	];

	it("stand under their group, and empty groups are left out", () => {
		const rows = rowsOf(tasks, groups, (t) => t.column_id, new Set());
		expect(rows.map((row) => row.key)).toEqual(["group c1", "a", "c", "group c2", "b"]);
	});

	it("hide in a closed group, which still counts them", () => {
		const rows = rowsOf(tasks, groups, (t) => t.column_id, new Set(["c1"]));
		expect(rows[0]).toMatchObject({ kind: "group", count: 2, open: false });
		expect(rows).toHaveLength(3);
	});
});
