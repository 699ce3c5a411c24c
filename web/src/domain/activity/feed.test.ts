import { signal } from "@preact/signals";
import type { Activity, List, ProjectEvent } from "boardcast";
import { expect, it, vi } from "vitest";
import type { ProjectStore } from "../../live/store/project";
import { ActivityFeed, concernsTask } from "./feed";

function item(seq: number): Activity {
	const rest = {
		cause: null,
		type: "task.changed",
		kind: null,
		object_id: null,
		name: null,
		number: null,
		fields: [],
		others: 0,
	};
	return { seq, at: "2026-11-30T12:00:00Z", actor: null, ...rest };
}
const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => item(from - at));

/** A log of `head` events, of which those that fit are listed by pages of three. */
function setUp(head: number, fits: (seq: number) => boolean = () => true) {
	const log = { head };
	const listeners = new Set<(events: readonly ProjectEvent[]) => void>();
	const store = {
		status: signal("ready"),
		onApplied: (listener: (events: readonly ProjectEvent[]) => void) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	} as unknown as ProjectStore;
	const read = vi.fn(async (cursor: string | undefined): Promise<List<Activity>> => {
		const before = cursor === undefined ? log.head + 1 : Number(cursor);
		const looked = range(before - 1, Math.max(1, before - 3));
		return {
			items: looked.filter(({ seq }) => fits(seq)),
			next_cursor: before - 3 > 1 ? String(before - 3) : null,
		};
	});
	const feed = new ActivityFeed(store, read);
	const tell = () => {
		for (const listener of listeners) listener([{ seq: log.head } as ProjectEvent]);
	};
	return { feed, log, read, tell, seqs: () => feed.items.peek()?.map(({ seq }) => seq) };
}

it("reads by pages to the end", async () => {
	const { feed, seqs } = setUp(7);
	await feed.earlier();
	expect(seqs()).toEqual([7, 6, 5]);
	await feed.earlier();
	await feed.earlier();
	expect(seqs()).toEqual([7, 6, 5, 4, 3, 2, 1]);
	expect(feed.hasMore.peek()).toBe(false);
});

it("goes on where a page is empty and another follows", async () => {
	const { feed, read, seqs } = setUp(9, (seq) => seq === 2);
	await feed.earlier();
	expect(seqs()).toEqual([2]);
	expect(read).toHaveBeenCalledTimes(3);
});

it("puts what happens meanwhile on top, and reads on from where it was", async () => {
	const { feed, log, tell, seqs } = setUp(7);
	const stop = feed.start();
	await vi.waitFor(() => expect(seqs()).toEqual([7, 6, 5]));
	log.head = 9;
	tell();
	await vi.waitFor(() => expect(seqs()).toEqual([9, 8, 7, 6, 5]));
	await feed.earlier();
	expect(seqs()).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
	stop();
});

it("begins anew where more has happened than one page holds: no gap stays", async () => {
	const { feed, log, seqs } = setUp(7);
	await feed.earlier();
	log.head = 20;
	await feed.refresh();
	expect(seqs()).toEqual([20, 19, 18]);
	await feed.earlier();
	expect(seqs()).toEqual([20, 19, 18, 17, 16, 15]);
});

it("takes no event for the task's that is about another one", () => {
	const concerns = concernsTask("t1");
	const event = (type: string, changes: object) => ({ type, changes }) as unknown as ProjectEvent;
	expect(concerns(event("task.changed", { tasks: [{ id: "t1" }] }))).toBe(true);
	expect(concerns(event("task.changed", { tasks: [{ id: "t2" }] }))).toBe(false);
	// It does not say of which task it is.
	expect(concerns(event("comment.changed", { comments: [{ id: "c1" }] }))).toBe(true);
});
