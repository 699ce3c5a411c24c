import {
	type Activity,
	type Change,
	type EventPage,
	Problem,
	type ProjectEvent,
	type Snapshot,
} from "boardcast";
import { column, snapshot, task } from "boardcast/testing";
import { afterEach, expect, it, vi } from "vitest";
import { Past, type PastSource } from "./model";

const at = "2026-11-20T10:00:00.000Z";
const event = (seq: number, type: string, change: Change): ProjectEvent => ({
	project: "p",
	seq,
	type,
	at,
	actor: null,
	...change,
});

/** A small history: two tasks come, one moves, is labelled and goes. An old event lacks fields that came later. */
const log: ProjectEvent[] = [
	event(1, "task.created", { changes: { tasks: [task("t1", { version: 1 })] } }),
	event(2, "task.created", {
		changes: { tasks: [{ id: "t2", number: 2, title: "Old", column_id: "c1", position: "a1", version: 2 }] },
	}),
	event(3, "task.moved", { changes: { tasks: [{ id: "t1", column_id: "c2", version: 3 }] } }),
	event(4, "label.created", {
		changes: { labels: [{ id: "l1", name: "bug", colour: "#ff0000", version: 4 }] },
	}),
	event(5, "task.labelled", { changes: { tasks: [{ id: "t1", label_ids: ["l1"], version: 5 }] } }),
	event(6, "task.deleted", { removed: { tasks: ["t2"] } }),
];

/** The board at an event, folded from the beginning and independent of the page's own reducer. */
function boardAt(seq: number): Snapshot {
	const rows = new Map<string, Map<string, object>>();
	for (const one of log.filter((other) => other.seq <= seq)) {
		for (const [kind, objects] of Object.entries(one.changes ?? {})) {
			const all = rows.get(kind) ?? new Map<string, object>();
			for (const object of objects ?? []) all.set(object.id, { ...all.get(object.id), ...object });
			rows.set(kind, all);
		}
		for (const [kind, ids] of Object.entries(one.removed ?? {}))
			for (const id of ids ?? []) rows.get(kind)?.delete(id);
	}
	const lists = Object.fromEntries([...rows].map(([kind, all]) => [kind, [...all.values()]]));
	return { ...snapshot(seq, []), columns: [column("c1"), column("c2")], ...lists };
}

function setUp(first = 1, start = "6") {
	const source = {
		board: vi.fn(async (wanted: string) => {
			if (Number(wanted) < first - 1) throw new Problem(410, { code: "trimmed", oldest: first });
			return boardAt(Number(wanted));
		}),
		events: vi.fn(async (after: number): Promise<EventPage> => {
			const items = log.filter(({ seq }) => seq > after);
			return { items, next_cursor: null, head: log.length, epoch: "e1" } as unknown as EventPage;
		}),
		activity: vi.fn(async (before: number, limit: number): Promise<Activity[]> => {
			const found = log.filter(({ seq }) => seq < before).reverse();
			return found.slice(0, limit) as unknown as Activity[];
		}),
	} satisfies PastSource;
	const past = new Past("p", source, start);
	past.goesOn(log.length);
	return { past, source };
}

const shown = ({ store }: Past) => ({
	tasks: store.tables.tasks.peekAll().map(({ id, column_id, label_ids }) => ({ id, column_id, label_ids })),
	labels: store.tables.labels.peekAll().map(({ name }) => name),
});

afterEach(() => vi.useRealTimers());

it("goes to any moment, back and forth", async () => {
	const { past } = setUp();
	await past.start();
	expect(shown(past)).toEqual({ tasks: [{ id: "t1", column_id: "c2", label_ids: ["l1"] }], labels: ["bug"] });
	await past.seek(2);
	expect(shown(past)).toEqual({
		tasks: [
			{ id: "t1", column_id: "c1", label_ids: [] },
			{ id: "t2", column_id: "c1", label_ids: [] },
		],
		labels: [],
	});
	await past.seek(99);
	expect(past.seq.peek()).toBe(6);
	await past.seek(0);
	expect([past.seq.peek(), shown(past).tasks.length]).toEqual([1, 1]);
});

it("shows by its events at each moment what the server's board of then has", async () => {
	const { past, source } = setUp(1, "1");
	await past.start();
	for (let seq = 2; seq <= log.length; seq++) {
		await past.seek(seq);
		const whole = setUp(1, String(seq)).past;
		await whole.start();
		expect(shown(past), `event ${seq}`).toEqual(shown(whole));
	}
	// One board at the start, and one page of events.
	expect([source.board.mock.calls.length, source.events.mock.calls.length]).toEqual([1, 1]);
});

it("gives objects of old the fields that came later", async () => {
	const { past } = setUp(1, "1");
	await past.start();
	await past.seek(2);
	expect(past.store.tables.tasks.peek("t2")).toMatchObject({
		priority: "none",
		assignee_ids: [],
		due_on: null,
	});
	const whole = setUp(1, "2").past;
	await whole.start();
	expect(whole.store.tables.tasks.peek("t2")).toEqual(past.store.tables.tasks.peek("t2"));
});

it("replays at its speed, from the beginning when the end is shown, and stops at the end", async () => {
	vi.useFakeTimers();
	const { past } = setUp();
	const started = past.start();
	await vi.runAllTimersAsync();
	await started;
	past.speed.value = "4";
	void past.play();
	await vi.advanceTimersByTimeAsync(100);
	expect([past.seq.peek(), past.playing.peek()]).toEqual([1, true]);
	await vi.advanceTimersByTimeAsync(300);
	expect(past.store.applied).toBe(2);
	past.speed.value = "16";
	await vi.advanceTimersByTimeAsync(1000);
	expect([past.seq.peek(), past.store.applied, past.playing.peek()]).toEqual([6, 6, false]);
});

it("stops at a step, and at what goes wrong", async () => {
	vi.useFakeTimers();
	const { past, source } = setUp(1, "1");
	const started = past.start();
	await vi.runAllTimersAsync();
	await started;
	void past.play();
	past.step(1);
	await vi.advanceTimersByTimeAsync(100);
	expect([past.seq.peek(), past.playing.peek()]).toEqual([2, false]);
	source.events.mockRejectedValue(new Problem(503, { code: "unavailable" }));
	const again = setUp(1, "1");
	again.source.events.mockRejectedValue(new Problem(503, { code: "unavailable" }));
	const begun = again.past.start();
	await vi.runAllTimersAsync();
	await begun;
	void again.past.play();
	await vi.advanceTimersByTimeAsync(5000);
	expect([again.past.playing.peek(), again.past.problem.peek()?.code]).toEqual([false, "unavailable"]);
});

it("begins where the log was trimmed", async () => {
	const { past } = setUp(4);
	await past.start();
	await past.seek(1);
	expect([past.first.peek(), past.seq.peek(), past.store.applied, past.problem.peek()]).toEqual([
		3,
		3,
		3,
		null,
	]);
});
