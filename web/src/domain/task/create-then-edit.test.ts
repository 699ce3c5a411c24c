import type { ProjectEvent, Task } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isSaved, withRealIds } from "../../live/provisional";
import { ProjectStore } from "../../live/store/project";
import { onResolve } from "../../platform/api";
import { toasts } from "../../platform/toasts";
import { createTask, moveTask, patchTask, setArchived } from "./commands";

interface Sent {
	request: string;
	body: unknown;
	headers: Record<string, string>;
	answer: (value: unknown, status?: number) => void;
}
const sent: Sent[] = [];
const settle = () => new Promise((resolve) => setTimeout(resolve));
const real = "0192f0c1-7d3e-7a3e-9c1b-000000000001";
const alice = { id: "alice" };
const made = task(real, { title: "New", column_id: "c1", version: 11, number: 7, position: "b" });

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
	onResolve(withRealIds);
	vi.stubGlobal(
		"fetch",
		(address: string, init: { method: string; body?: string; headers: Sent["headers"] }) => {
			return new Promise<Response>((resolve) => {
				sent.push({
					request: `${init.method} ${address.replace("/api/v1/projects/p/", "")}`,
					body: init.body === undefined ? undefined : JSON.parse(init.body),
					headers: init.headers,
					answer: (value, status = 200) => resolve(new Response(JSON.stringify(value), { status })),
				});
			});
		},
	);
});
afterEach(() => vi.unstubAllGlobals());

async function start() {
	const failed = vi.fn();
	const first = snapshot(10, [task("t1")]);
	const store = new ProjectStore(
		"p",
		{ snapshot: async () => first, page: async () => expect.fail() },
		failed,
	);
	await store.load();
	createTask(store, alice, { title: "New", column_id: "c1" });
	const row = () => store.tables.tasks.peekAll().find(({ title }) => title !== "t1") as Task;
	const key = (index: number) => sent[index]?.headers["Idempotency-Key"] ?? "";
	const created = () => {
		const changes = { tasks: [{ id: "t1", version: 11, position: "c" }, made] };
		return { ...event(11, { id: real }, key(0)), changes } as ProjectEvent;
	};
	await settle();
	return { store, failed, row, key, created };
}

describe("a task that is moved before its creation was answered", () => {
	it("is moved at once, and on the server when its id is known", async () => {
		const { store, row, key, created } = await start();
		expect(isSaved(row().id)).toBe(false);
		moveTask(store, row(), { column_id: "c2", after: null, before: null });
		expect(row().column_id).toBe("c2");
		await settle();
		expect(sent.map(({ request }) => request)).toEqual(["POST tasks"]);

		sent[0]?.answer(made, 201);
		await settle();
		expect(sent[1]).toMatchObject({
			request: `PUT tasks/${real}/position`,
			body: { column_id: "c2", after: null, before: null },
		});
		expect([row().id, row().column_id, store.tables.tasks.size]).toEqual([real, "c2", 2]);
		store.receive(created());
		expect([row().number, row().column_id, store.tables.tasks.size]).toEqual([7, "c2", 2]);

		store.receive(event(12, { id: real, column_id: "c2", position: "a" }, key(1)));
		expect([row().column_id, store.tables.tasks.pending(real)]).toEqual(["c2", false]);
	});

	it("stays moved when the event comes before the answer", async () => {
		const { store, row, created } = await start();
		moveTask(store, row(), { column_id: "c2", after: null, before: null });
		store.receive(created());
		expect([row().id, row().column_id, store.tables.tasks.size]).toEqual([real, "c2", 2]);
		sent[0]?.answer(made, 201);
		await settle();
		expect(sent[1]?.request).toBe(`PUT tasks/${real}/position`);
	});

	it("can be a neighbour of another one", async () => {
		const { store, row } = await start();
		moveTask(store, store.view.get("tasks", "t1") as Task, {
			column_id: "c1",
			after: row().id,
			before: null,
		});
		expect(store.tasksByColumn.of("c1")).toEqual([row().id, "t1"]);
		sent[0]?.answer(made, 201);
		await settle();
		expect(sent[1]?.body).toEqual({ column_id: "c1", after: real, before: null });
		expect(store.tasksByColumn.of("c1")).toEqual([real, "t1"]);
	});

	it("vanishes with its edits when the creation is refused, and only that is told", async () => {
		const { store, row, failed } = await start();
		moveTask(store, row(), { column_id: "c2", after: null, before: null });
		patchTask(store, row(), { title: "Newer" });
		await settle();
		sent[0]?.answer({ code: "wip_limit" }, 409);
		await settle();
		expect(store.tables.tasks.peekAll().map(({ id }) => id)).toEqual(["t1"]);
		expect(failed.mock.calls.map(([, problem]) => problem.code)).toEqual(["wip_limit"]);
		expect(sent).toHaveLength(1);
		expect(toasts.value).toEqual([]);
	});
});

it("a new task is renamed without a version that the server would take for a stale one", async () => {
	const { store, row } = await start();
	patchTask(store, row(), { title: "Newer" });
	sent[0]?.answer(made, 201);
	await settle();
	expect(sent[1]).toMatchObject({ request: `PATCH tasks/${real}`, body: { title: "Newer" } });
	expect(sent[1]?.headers).not.toHaveProperty("If-Match");
});

it("a text that looks like a provisional id is sent as it is", async () => {
	const { store } = await start();
	const title = "new-0123456789abcdef0123456789abcdef";
	patchTask(store, store.view.get("tasks", "t1") as Task, { title });
	await settle();
	expect(sent[1]?.body).toEqual({ title });
});

it("an edit of a task that another person removes shows no half of it", async () => {
	const { store } = await start();
	patchTask(store, store.view.get("tasks", "t1") as Task, { title: "Mine" });
	store.receive({ ...event(11, { id: "t1" }), changes: {}, removed: { tasks: ["t1"] } });
	expect(store.tables.tasks.peek("t1")).toBeUndefined();
	setArchived(store, made, true);
	expect(store.tables.tasks.peek(real)).toBeUndefined();
});
