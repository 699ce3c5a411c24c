import { Problem, type Task } from "boardcast";
import { column, snapshot, task } from "boardcast/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { toasts, undoLast } from "../../platform/toasts";
import { type BulkChange, changeTasks } from "./commands";

const sent: { path: string; body: Record<string, unknown> | undefined }[] = [];
const server = vi.hoisted(() => ({ refuses: undefined as unknown }));
vi.mock("../../platform/api", () => {
	const send = async (path: string, { body }: { body?: Record<string, unknown> }) => {
		sent.push({ path, body });
		if (server.refuses) throw server.refuses;
		return { data: {} };
	};
	return {
		body: (call: Promise<unknown>) => call,
		api: { POST: send, PUT: send, DELETE: send, PATCH: send },
	};
});

const settle = () => new Promise((resolve) => setTimeout(resolve));

async function start(dates: Partial<Record<"a" | "b" | "c", Partial<Task>>> = {}) {
	const first = {
		...snapshot(1, [
			task("a", { number: 1, position: "a1", label_ids: ["l"], priority: "low", ...dates.a }),
			task("b", { number: 2, position: "a2", assignee_ids: ["x"], ...dates.b }),
			task("c", {
				number: 3,
				position: "a3",
				column_id: "c2",
				priority: "low",
				completed_at: "2026-11-20T10:00:00.000Z",
			}),
		]),
		columns: [column("c1"), { ...column("c2"), kind: "done" as const }],
	};
	const page = async () => ({ items: [], next_cursor: null, head: 1, epoch: "e1" });
	const failed = vi.fn();
	const store = new ProjectStore("p", { snapshot: async () => first, page }, failed);
	await store.load();
	const row = (id: string) => store.tables.tasks.peek(id) as Task;
	const all = ["a", "b", "c"].map(row);
	const undone = async (change: BulkChange) => {
		changeTasks(store, all, change);
		await settle();
		sent.length = 0;
		expect(undoLast()).toBe(true);
		await settle();
		return { tasks: ["a", "b", "c"].map(row), before: all };
	};
	return { store, row, all, undone, failed };
}

beforeEach(() => {
	sent.length = 0;
	server.refuses = undefined;
	toasts.value = [];
});

it("goes to an end of a column together, with those that are in it already", async () => {
	const { store, row, all } = await start();
	const order = (column: string) => [...store.tasksByColumn.of(column)];
	changeTasks(store, ["b", "c"].map(row), { column_id: "c1", place: "first" });
	expect(order("c1")).toEqual(["b", "c", "a"]);
	await settle();
	expect(sent[0]?.body).toEqual({ task_ids: ["b", "c"], column_id: "c1", place: "first" });
	expect(toasts.value.at(-1)?.text).toBe("2 tasks moved to the top of c1");
	changeTasks(store, ["b"].map(row), { column_id: "c1", place: "last" });
	expect(order("c1")).toEqual(["c", "a", "b"]);
	// Without a place those that are there stay where they are.
	changeTasks(
		store,
		all.map(({ id }) => row(id)),
		{ column_id: "c1" },
	);
	expect(order("c1")).toEqual(["c", "a", "b"]);
});

it("changes all at once, by one request, and says how many", async () => {
	const { store, row, all } = await start();
	changeTasks(store, all, {
		patch: { priority: "urgent" },
		add_label_ids: ["m"],
		remove_assignee_ids: ["x"],
	});
	expect(["a", "b", "c"].map((id) => row(id).priority)).toEqual(["urgent", "urgent", "urgent"]);
	expect(row("a").label_ids).toEqual(["l", "m"]);
	expect(row("b").assignee_ids).toEqual([]);
	await settle();
	expect(sent.map(({ path }) => path)).toEqual(["/projects/{project}/tasks/bulk"]);
	expect(sent[0]?.body).toEqual({
		task_ids: ["a", "b", "c"],
		patch: { priority: "urgent" },
		add_label_ids: ["m"],
		remove_assignee_ids: ["x"],
	});
	expect(toasts.value.map(({ text }) => text)).toEqual(["3 tasks changed"]);
});

it("takes a start along that would come behind the due date, says so, and takes both back", async () => {
	const { store, row, all } = await start({
		a: { start_on: "2026-05-01", due_on: "2026-05-08" },
		b: { start_on: "2026-03-02", due_on: "2026-05-04" },
	});
	const patch = { due_on: "2026-04-10", keep_length: true };
	changeTasks(store, all, { patch });
	const dates = () => ["a", "b", "c"].map((id) => [row(id).start_on, row(id).due_on]);
	expect(dates()).toEqual([
		["2026-04-03", "2026-04-10"],
		["2026-03-02", "2026-04-10"],
		[null, "2026-04-10"],
	]);
	expect(row("a")).not.toHaveProperty("keep_length");
	await settle();
	expect(sent.map(({ body }) => body?.["patch"])).toEqual([patch]);
	expect(toasts.value.at(-1)?.detail).toBe("The start of 1 task moved along, to keep its length.");
	sent.length = 0;
	expect(undoLast()).toBe(true);
	await settle();
	expect(sent.map(({ body }) => body?.["patch"])).toEqual([
		{ start_on: "2026-05-01", due_on: "2026-05-08" },
		{ start_on: "2026-03-02", due_on: "2026-05-04" },
		{ start_on: null, due_on: "2026-11-20" },
	]);
	expect(dates()).toEqual(all.map(({ start_on, due_on }) => [start_on, due_on]));
});

it("puts tasks at the end of a column in their order, and completes them in a done one", async () => {
	const { store, row, all } = await start();
	changeTasks(store, all, { column_id: "c2" });
	expect(store.tasksByColumn.of("c2")).toEqual(["c", "a", "b"]);
	expect(row("a").completed_at).not.toBeNull();
	expect(row("c").position).toBe("a3");
});

it("completes at the top of the done column, in their order, and leaves alone what is done", async () => {
	const { store, row, all } = await start();
	changeTasks(store, all, { complete: true });
	expect(store.tasksByColumn.of("c2")).toEqual(["a", "b", "c"]);
	expect(row("c")).toEqual(all[2]);
	await settle();
	undoLast();
	expect(store.tasksByColumn.of("c1")).toEqual(["a", "b"]);
	expect(row("a").completed_at).toBeNull();
});

it("is taken back by one request for each value that there was", async () => {
	const { undone } = await start();
	const { tasks, before } = await undone({ patch: { priority: "urgent" } });
	expect(tasks).toEqual(before);
	expect(sent.map(({ body }) => body)).toEqual([
		{ task_ids: ["a", "c"], patch: { priority: "low" } },
		{ task_ids: ["b"], patch: { priority: "none" } },
	]);
});

it("takes labels and people only off those that did not have them before", async () => {
	const { undone } = await start();
	const { tasks, before } = await undone({ add_label_ids: ["l"], add_assignee_ids: ["x"] });
	expect(tasks).toEqual(before);
	expect(sent.map(({ body }) => body)).toEqual([
		{ task_ids: ["b", "c"], remove_label_ids: ["l"] },
		{ task_ids: ["a", "c"], remove_assignee_ids: ["x"] },
	]);
});

it("puts moved tasks back to their places", async () => {
	const { store, undone } = await start();
	await undone({ column_id: "c2" });
	expect(store.tasksByColumn.of("c1")).toEqual(["a", "b"]);
	expect(store.tasksByColumn.of("c2")).toEqual(["c"]);
	expect(store.tables.tasks.peek("a")?.completed_at).toBeNull();
});

it("brings archived tasks back whole", async () => {
	const { undone } = await start();
	const { tasks, before } = await undone({ archive: true });
	expect(tasks).toEqual(before);
	expect(sent.map(({ body }) => body)).toEqual([{ task_ids: ["a", "b", "c"], archive: false }]);
});

it("says of what is deleted that it is in the trash", async () => {
	const { store, all } = await start();
	changeTasks(store, all, { delete: true });
	expect(store.tables.tasks.size).toBe(0);
	expect(toasts.value.map(({ text }) => text)).toEqual(["3 tasks are in the trash"]);
});

it("changes nothing when it is refused, and tells which tasks stood in the way", async () => {
	const { store, all, row, failed } = await start();
	const blocked = vi.fn();
	const found = [{ task_id: "b", number: 2, code: "forbidden", detail: "not yours" }];
	server.refuses = new Problem(409, { code: "bulk_blocked", blocked: found });
	changeTasks(store, all, { archive: true }, blocked);
	await settle();
	expect(blocked).toHaveBeenCalledWith(found);
	expect(failed).not.toHaveBeenCalled();
	expect(row("a").archived_at).toBeNull();
	expect(toasts.value).toEqual([]);
});
