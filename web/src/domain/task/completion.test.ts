import type { Column, Project, Task, User } from "boardcast";
import { event, column as sample, snapshot, task } from "boardcast/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { toasts, undoLast } from "../../platform/toasts";
import { createTask, moveTask, patchTask, setArchived, setCompleted } from "./commands";
import { completionIn } from "./completion";
import { placeAt } from "./place";

const sent: { request: string; body: unknown; key: string }[] = [];
vi.mock("../../platform/api", () => {
	const call =
		(method: string) =>
		(path: string, { body, headers }: { body?: unknown; headers: Record<string, string> }) => {
			const request = `${method} ${path.replace("/projects/{project}/tasks", "")}`;
			sent.push({ request, body, key: headers["Idempotency-Key"] ?? "" });
			return new Promise(() => {});
		};
	return { api: { PUT: call("PUT"), POST: call("POST"), PATCH: call("PATCH"), DELETE: call("DELETE") } };
});

const settle = () => new Promise((resolve) => setTimeout(resolve));
const kinds = { ideas: "backlog", doing: "active", done: "done", shipped: "done" } as const;
const columns: Column[] = Object.entries(kinds).map(([id, kind], index) => ({
	...sample(id),
	kind,
	position: `a${index}`,
}));
const then = "2026-11-01T00:00:00.000Z";

async function start(over: Partial<Task> = {}, setting: object = {}) {
	const tasks = [
		task("t", { column_id: "doing", position: "b", ...over }),
		task("before", { column_id: "doing", position: "a" }),
		task("finished", { column_id: "done", position: "a", completed_at: then }),
	];
	const first = { ...snapshot(10, tasks), columns };
	first.project = { ...first.project, ...setting } as Project;
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const store = new ProjectStore("p", { snapshot: async () => first, page }, vi.fn());
	await store.load();
	const row = () => store.tables.tasks.peek("t") as Task;
	const place = () => `${row().column_id} ${store.tasksByColumn.of(row().column_id).join()}`;
	const isDone = () => row().completed_at !== null;
	const move = (to: string, index = 0) =>
		moveTask(store, row(), placeAt(to, store.tasksByColumn.of(to), "t", index));
	return { store, row, place, isDone, move };
}

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
});

describe("a completion", () => {
	it("begins in a column of kind done, stays among such, and ends outside of them", () => {
		const now = "2026-11-29T00:00:00.000Z";
		const after = (from: string, completed_at: string | null, to: string) =>
			completionIn({ column_id: from, completed_at }, to, columns, now);
		expect(after("doing", null, "done")).toBe(now);
		expect(after("doing", then, "done")).toBe(then);
		expect(after("done", then, "shipped")).toBe(then);
		expect(after("done", then, "ideas")).toBeNull();
		expect(after("doing", then, "ideas")).toBe(then);
		expect(after("done", null, "done")).toBe(now);
		expect(after("doing", null, "doing")).toBeNull();
	});
});

describe("a task that is moved", () => {
	it("is done at once in a done column, and one undo brings back column, place and openness", async () => {
		const { place, isDone, move } = await start();
		move("done");
		expect([place(), isDone()]).toEqual(["done t,finished", true]);
		expect(undoLast()).toBe(true);
		expect([place(), isDone()]).toEqual(["doing before,t", false]);
		await settle();
		expect(sent.map(({ request }) => request)).toEqual(["PUT /{task}/position"]);
	});

	it("is open again outside, and one undo makes it done where it lay", async () => {
		const { place, isDone, move } = await start({ column_id: "done", position: "b", completed_at: then });
		move("doing");
		expect([place(), isDone()]).toEqual(["doing t,before", false]);
		undoLast();
		expect([place(), isDone()]).toEqual(["done finished,t", true]);
	});

	it("comes back done when it was done outside of the done columns", async () => {
		const { place, isDone, move } = await start({ completed_at: then }, { move_completed: false });
		move("done");
		undoLast();
		expect([place(), isDone()]).toEqual(["doing before,t", true]);
	});
});

describe("a task that is restored", () => {
	const archived_at = then;

	it("is done at once where its column has become a done one", async () => {
		const { store, row, isDone } = await start();
		const archived = task("old", { column_id: "done", archived_at });
		setArchived(store, archived, false);
		const restored = store.tables.tasks.peek("old");
		expect(restored?.archived_at).toBeNull();
		expect(restored?.completed_at).not.toBeNull();
		// The others stay as they are.
		expect([row().archived_at, isDone()]).toEqual([null, false]);
	});

	it("keeps the day on which it was done, and stays open elsewhere", async () => {
		const { store } = await start();
		for (const [id, column_id, completed_at] of [
			["done before", "done", then],
			["done elsewhere", "doing", then],
			["open", "doing", null],
		] as const) {
			setArchived(store, task(id, { column_id, completed_at, archived_at }), false);
			expect(store.tables.tasks.peek(id)?.completed_at, id).toBe(completed_at);
		}
	});

	it("is as open as before when its archiving is undone", async () => {
		const { store, place, isDone, row } = await start();
		setArchived(store, row(), true);
		expect(store.tables.tasks.peek("t")).toBeUndefined();
		undoLast();
		expect([place(), isDone()]).toEqual(["doing before,t", false]);
	});
});

describe("a task that is completed", () => {
	it("goes to the top of the first done column, and one undo brings it back", async () => {
		const { store, row, place, isDone } = await start();
		setCompleted(store, row(), true);
		expect([place(), isDone()]).toEqual(["done t,finished", true]);
		expect(toasts.value[0]?.text).toContain("in done");
		undoLast();
		expect([place(), isDone()]).toEqual(["doing before,t", false]);
	});

	it("stays where it is when the project says so, and one undo reopens it", async () => {
		const { store, row, place, isDone } = await start({}, { move_completed: false });
		setCompleted(store, row(), true);
		expect([place(), isDone()]).toEqual(["doing before,t", true]);
		undoLast();
		expect([place(), isDone()]).toEqual(["doing before,t", false]);
	});

	it("is reopened in the nearest column to the left that is not done", async () => {
		const { store, row, place, isDone } = await start({ column_id: "shipped", completed_at: then });
		setCompleted(store, row(), false);
		expect(place().split(" ")[0]).toBe("doing");
		expect(isDone()).toBe(false);
		undoLast();
		expect([place(), isDone()]).toEqual(["shipped t", true]);
	});

	it("is reopened to the right where there is nothing to the left", async () => {
		const { store, row, place } = await start({ column_id: "done", position: "b", completed_at: then });
		for (const id of ["ideas", "doing"]) {
			const moved = { id, position: `b${id}`, version: 11 };
			store.receive({ ...event(id === "ideas" ? 11 : 12, { id: "t" }), changes: { columns: [moved] } });
		}
		setCompleted(store, row(), false);
		expect(place()).toMatch(/^doing/);
	});

	it("is left alone by undo when another person has moved it since", async () => {
		const { store, row, place } = await start();
		setCompleted(store, row(), true);
		await settle();
		const done = { id: "t", column_id: "done", position: "A", completed_at: then };
		store.receive(event(11, done, sent[0]?.key));
		store.receive({ ...event(12, { id: "t", column_id: "ideas" }), actor: { id: "bob", name: "Bob" } });
		undoLast();
		expect(place()).toBe("ideas t");
		expect(toasts.value[0]?.text).toContain("Bob");
	});
});

it("a task that is added to a done column is done", async () => {
	const { store } = await start();
	createTask(store, { id: "alice" } as User, { title: "Late", column_id: "done" });
	createTask(store, { id: "alice" } as User, { title: "Early", column_id: "doing" });
	const made = (title: string) => store.view.all("tasks").find((one) => one.title === title);
	expect(made("Late")?.completed_at).not.toBeNull();
	expect(made("Early")?.completed_at).toBeNull();
});

it("a new title is taken back by undo", async () => {
	const { store, row } = await start();
	patchTask(store, row(), { title: "Oops" });
	expect(row().title).toBe("Oops");
	undoLast();
	expect(row().title).toBe("t");
	patchTask(store, row(), { priority: "high" });
	expect(toasts.value).toEqual([]);
});
