import { type Member, Problem, type ProjectEvent, type Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { toasts, undoLast } from "../../platform/toasts";
import { scheduleTask } from "../schedule/commands";

const sent: { body: unknown; key: string; answer: (value: unknown) => void; refuse: (p: Problem) => void }[] =
	[];
vi.mock("../../platform/api", () => ({
	body: (call: Promise<{ data: unknown }>) => call.then(({ data }) => data),
	api: {
		PUT: (_path: string, { body, headers }: { body: unknown; headers: Record<string, string> }) =>
			new Promise((resolve, refuse) => {
				const answer = (data: unknown) => resolve({ data });
				sent.push({ body, key: headers["Idempotency-Key"] ?? "", answer, refuse });
			}),
	},
}));

const settle = () => new Promise((resolve) => setTimeout(resolve));
const march = (day: number) => `2026-03-${String(day).padStart(2, "0")}`;
const at = (id: string, from: number, to: number) => task(id, { start_on: march(from), due_on: march(to) });
const alice: Member = { id: "alice", name: "Alice", role: "editor", disabled: false, version: 1 };

async function start() {
	const link = { id: "d", task_id: "b", depends_on_id: "a", lag_days: 0, version: 1 };
	const first = { ...snapshot(10, [at("a", 2, 3), at("b", 4, 6)]), dependencies: [link], members: [alice] };
	const failed = vi.fn();
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const store = new ProjectStore("p", { snapshot: async () => first, page }, failed);
	await store.load();
	const dates = () => ["a", "b"].map((id) => store.tables.tasks.peek(id)?.start_on);
	const row = (id: string) => store.tables.tasks.peek(id) as Task;
	return { store, dates, row, failed };
}

const shifted = (seq: number, tasks: ProjectEvent["changes"], cause: string): ProjectEvent => ({
	project: "p",
	seq,
	type: "timeline.shifted",
	at: "2026-03-01T00:00:00.000Z",
	actor: { id: "alice", name: "Alice" },
	cause,
	changes: tasks ?? {},
});

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
});

describe("a task that is moved", () => {
	it("takes its dependents along at once, and the echo changes nothing more", async () => {
		const { store, dates, row } = await start();
		scheduleTask(store, row("a"), { start_on: march(4), due_on: march(5) }, "push");
		expect(dates()).toEqual([march(4), march(6)]);
		await settle();
		expect(sent[0]?.body).toEqual({ start_on: march(4), due_on: march(5), dependents: "push" });
		const tasks = [
			{ id: "a", version: 11, start_on: march(4), due_on: march(5) },
			{ id: "b", version: 11, start_on: march(6), due_on: march(8) },
		];
		store.receive(shifted(11, { tasks }, sent[0]?.key ?? ""));
		expect(dates()).toEqual([march(4), march(6)]);
		expect(store.tables.tasks.pending("b")).toBe(false);
	});

	it("goes back with its dependents when the server refuses", async () => {
		const { store, dates, row, failed } = await start();
		scheduleTask(store, row("a"), { start_on: march(4), due_on: march(5) }, "shift");
		expect(dates()).toEqual([march(4), march(6)]);
		await settle();
		sent[0]?.refuse(new Problem(403, { code: "forbidden" }));
		await settle();
		expect(dates()).toEqual([march(2), march(4)]);
		expect(failed).toHaveBeenCalledOnce();
		expect(toasts.value).toEqual([]);
	});

	it("is put back by undo, its dependents too", async () => {
		const { store, dates, row } = await start();
		scheduleTask(store, row("a"), { start_on: march(4), due_on: march(5) }, "push");
		expect(undoLast()).toBe(true);
		expect(dates()).toEqual([march(2), march(4)]);
	});

	it("is left alone by undo when somebody has moved it since", async () => {
		const { store, dates, row } = await start();
		scheduleTask(store, row("a"), { start_on: march(4), due_on: march(5) }, "keep");
		await settle();
		const mine = [{ id: "a", version: 11, start_on: march(4), due_on: march(5) }];
		store.receive(shifted(11, { tasks: mine }, sent[0]?.key ?? ""));
		store.receive(shifted(12, { tasks: [{ id: "a", version: 12, start_on: march(1) }] }, "theirs"));
		undoLast();
		expect(dates()).toEqual([march(1), march(4)]);
	});
});
