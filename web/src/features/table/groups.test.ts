import type { Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { expect, it } from "vitest";
import { isSameRows } from "../../domain/task/grouped-rows";
import { ProjectStore } from "../../live/store/project";
import { rowsOf } from "./groups";

async function start() {
	const page = () => Promise.reject(new Error("not asked for"));
	const label = (id: string, name: string) => ({ id, name, colour: "#c4413a", version: 1 });
	const first = {
		...snapshot(1, [
			task("x", { label_ids: ["l1", "l2"], priority: "low" }),
			task("y", { label_ids: ["left"], column_id: "c2" }),
			task("z", { label_ids: ["l1"] }),
		]),
		labels: [label("l1", "Ui"), label("l2", "Bug")],
	};
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	const tasks = ["x", "y", "z"].map((id) => store.tables.tasks.peek(id) as Task);
	return (by: Parameters<typeof rowsOf>[2], ...closed: string[]) =>
		rowsOf(store, tasks, by, new Set(closed)).map((row) =>
			row.kind === "group" ? `${row.name} (${row.count})` : row.id,
		);
}

it("has a task in each of its groups, and what belongs to none last", async () => {
	const rows = await start();
	expect(rows("none")).toEqual(["x", "y", "z"]);
	expect(rows("label")).toEqual(["Bug (1)", "x", "Ui (2)", "x", "z", "No label (1)", "y"]);
	expect(rows("priority")).toEqual(["Low (1)", "x", "No priority (2)", "y", "z"]);
	expect(rows("column")).toEqual(["c1 (2)", "x", "z", "c2 (1)", "y"]);
});

it("hides the tasks of a closed group, and counts them", async () => {
	const rows = await start();
	expect(rows("label", "l1", "")).toEqual(["Bug (1)", "x", "Ui (2)", "No label (1)"]);
});

it("knows rows that are drawn alike", () => {
	const line = { kind: "task", key: "x", id: "x" } as const;
	const head = { kind: "group", key: "group a", name: "A", count: 1, open: true } as const;
	expect(isSameRows([head, line], [{ ...head }, { ...line }])).toBe(true);
	expect(isSameRows([head, line], [{ ...head, count: 2 }, line])).toBe(false);
	expect(isSameRows([line], [line, line])).toBe(false);
});
