import type { Task } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { toasts, undoLast } from "../../platform/toasts";
import { linkTasks, setLag, unlinkTasks } from "./commands";

const sent: [method: string, body: unknown][] = [];
vi.mock("../../platform/api", () => {
	const method =
		(name: string) =>
		(_path: string, { body }: { body?: unknown }) => {
			sent.push([name, body]);
			return new Promise(() => {});
		};
	return {
		body: (call: Promise<unknown>) => call,
		api: { PUT: method("PUT"), DELETE: method("DELETE") },
	};
});

const settle = () => new Promise((resolve) => setTimeout(resolve));

/** Task b waits for a. */
async function start(dates: Record<string, Partial<Task>> = {}) {
	const link = { id: "d", task_id: "b", depends_on_id: "a", lag_days: 0, version: 1 };
	const tasks = ["a", "b", "c"].map((id, index) => task(id, { number: index + 1, ...dates[id] }));
	const first = { ...snapshot(1, tasks), dependencies: [link] };
	const page = () => Promise.reject(new Error("not asked for"));
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	const links = () =>
		store.tables.dependencies
			.peekAll()
			.map(({ task_id, depends_on_id, lag_days }) => `${task_id} after ${depends_on_id} + ${lag_days}`);
	return { store, links, link, row: (id: string) => store.tables.tasks.peek(id) as Task };
}

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
});

it("links two tasks at once", async () => {
	const { store, links, row } = await start();
	linkTasks(store, row("c"), row("b"), 2);
	expect(links()).toEqual(["b after a + 0", "c after b + 2"]);
	await settle();
	expect(sent).toEqual([["PUT", { lag_days: 2 }]]);
});

it("refuses a circle, and a link that is there already, in words and without a request", async () => {
	const { store, links, row } = await start();
	linkTasks(store, row("a"), row("b"));
	linkTasks(store, row("b"), row("a"));
	await settle();
	expect(links()).toEqual(["b after a + 0"]);
	expect(sent).toEqual([]);
	expect(toasts.value.map(({ text, detail }) => `${text} ${detail ?? ""}`.trim())).toEqual([
		"Could not make WEB-1 wait for WEB-2 That would make the tasks wait for each other in a circle.",
		"WEB-2 waits for WEB-1 already",
	]);
});

it("changes a lag only when it differs", async () => {
	const { store, links, link } = await start();
	setLag(store, link, 0);
	setLag(store, link, 3);
	await settle();
	expect([links(), sent]).toEqual([["b after a + 3"], [["PUT", { lag_days: 3 }]]]);
});

it("unlinks, and links again with the same lag when it is undone", async () => {
	const { store, links, link } = await start();
	unlinkTasks(store, { ...link, lag_days: 4 });
	expect(links()).toEqual([]);
	undoLast();
	expect(links()).toEqual(["b after a + 4"]);
});

it("offers to move a task behind what it waits for now, where the dates contradict that", async () => {
	const { store, row } = await start({
		b: { start_on: "2026-03-02", due_on: "2026-03-05" },
		c: { start_on: "2026-03-03", due_on: "2026-03-04" },
	});
	linkTasks(store, row("c"), row("b"), 1);
	const [notice] = toasts.value;
	expect(notice?.text).toBe("WEB-3 now waits for WEB-2");
	expect(notice?.detail).toBe("It is planned 4 days too early.");
	expect(notice?.offer?.label).toMatch(/^Move WEB-3 to .*7/);
	notice?.offer?.run();
	expect(row("c")).toMatchObject({ start_on: "2026-03-07", due_on: "2026-03-08" });
});

describe("an offer to move a task", () => {
	/** A task c that is linked, with the offer in sight. */
	async function offered() {
		const started = await start({
			b: { start_on: "2026-03-02", due_on: "2026-03-05" },
			c: { start_on: "2026-03-03", due_on: "2026-03-04" },
		});
		const { store, row } = started;
		linkTasks(store, row("c"), row("b"));
		const [notice] = toasts.value;
		let seq = 1;
		const change = (fields: Partial<Task> & { id: string }) => store.receive(event(++seq, fields));
		const dates = () => [row("c").start_on, row("c").due_on];
		return { ...started, change, dates, press: () => notice?.offer?.run() };
	}

	it("goes by the dates at the time when it is taken", async () => {
		const { change, dates, press } = await offered();
		change({ id: "b", due_on: "2026-03-10" });
		change({ id: "c", start_on: "2026-03-02", due_on: "2026-03-06" });
		press();
		expect(dates()).toEqual(["2026-03-11", "2026-03-15"]);
	});

	it("leaves a newer plan alone that is late no more", async () => {
		const { change, dates, press } = await offered();
		change({ id: "c", start_on: "2026-03-20", due_on: "2026-03-21" });
		press();
		expect(dates()).toEqual(["2026-03-20", "2026-03-21"]);
	});

	it.each(["b", "c"])("moves nothing once %s is completed", async (id) => {
		const { change, dates, press } = await offered();
		change({ id, completed_at: "2026-03-01T10:00:00.000Z" });
		press();
		expect(dates()).toEqual(["2026-03-03", "2026-03-04"]);
	});

	it("moves nothing once the first task is gone", async () => {
		const { store, dates, press } = await offered();
		store.receive({ ...event(2, { id: "b" }), changes: {}, removed: { tasks: ["b"] } });
		press();
		expect(dates()).toEqual(["2026-03-03", "2026-03-04"]);
	});

	it("moves nothing once the tasks are not linked any more", async () => {
		const { dates, press } = await offered();
		undoLast();
		press();
		expect(dates()).toEqual(["2026-03-03", "2026-03-04"]);
	});
});

it.each([
	["fit", { b: { due_on: "2026-03-05" }, c: { start_on: "2026-03-06" } }],
	["are missing", { b: { due_on: "2026-03-05" } }],
	[
		"are those of a task that is done",
		{ b: { due_on: "2026-03-05", completed_at: "2026-03-01T10:00:00.000Z" }, c: { due_on: "2026-03-02" } },
	],
])("offers nothing where the dates %s", async (_, dates) => {
	const { store, row } = await start(dates);
	linkTasks(store, row("c"), row("b"));
	expect(toasts.value.map(({ offer, detail }) => [offer, detail])).toEqual([[undefined, undefined]]);
});

it("undoes a link", async () => {
	const { store, links, row } = await start();
	linkTasks(store, row("c"), row("b"));
	undoLast();
	expect(links()).toEqual(["b after a + 0"]);
});
