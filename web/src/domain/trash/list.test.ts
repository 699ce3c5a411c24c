import type { List, ProjectEvent, Problem as Refusal, TrashedTask } from "boardcast";
import { Problem } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { daysLeft } from "./days-left";
import { Trash } from "./list";

const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, "0")}:00.000Z`;
const trashed = (id: string, minute: number): TrashedTask => ({
	...task(id, { archived_at: null }),
	deleted_at: at(minute),
	deleted_by: "bob",
});
const settle = () => new Promise((resolve) => setTimeout(resolve));

async function start() {
	const reads: {
		cursor: string | undefined;
		answer: (page: List<TrashedTask>) => void;
		refuse: (problem: Refusal) => void;
	}[] = [];
	const source = {
		snapshot: async () => snapshot(10, [task("t1"), task("t2")]),
		page: vi.fn(async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" })),
	};
	const store = new ProjectStore("p", source, vi.fn());
	await store.load();
	const read = (cursor: string | undefined) =>
		new Promise<List<TrashedTask>>((answer, refuse) => reads.push({ cursor, answer, refuse }));
	const trash = new Trash(store, read);
	const close = trash.open();
	const shown = () => trash.items.peek()?.map(({ id }) => id);
	const tell = (seq: number, type: string, change: Pick<ProjectEvent, "changes" | "removed">) =>
		store.receive({ project: "p", seq, type, at: at(9), actor: null, ...change } as ProjectEvent);
	const answer = async (index: number, items: TrashedTask[], next_cursor: string | null = null) => {
		reads[index]?.answer({ items, next_cursor });
		await settle();
	};
	return { store, trash, close, reads, shown, tell, answer };
}

it("is read by pages, and says why it could not be", async () => {
	const { trash, reads, shown, answer } = await start();
	expect(shown()).toBeUndefined();
	reads[0]?.refuse(Problem.offline());
	await settle();
	expect(trash.problem.peek()?.code).toBe("offline");
	void trash.again();
	await answer(1, [trashed("c", 3)], "older");
	expect([shown(), trash.hasMore, trash.problem.peek()]).toEqual([["c"], true, null]);
	void trash.more();
	expect(reads[2]?.cursor).toBe("older");
	await answer(2, [trashed("b", 2)]);
	expect([shown(), trash.hasMore]).toEqual([["c", "b"], false]);
});

it("gets what another person deletes on top, and keeps the older pages", async () => {
	const { trash, reads, shown, tell, answer } = await start();
	await answer(0, [trashed("c", 3)], "older");
	void trash.more();
	await answer(1, [trashed("b", 2), trashed("a", 1)]);
	tell(11, "task.deleted", { removed: { tasks: ["t1"] } });
	expect(reads[2]?.cursor).toBeUndefined();
	await answer(2, [trashed("t1", 4)], "newer");
	expect([shown(), trash.hasMore]).toEqual([["t1", "c", "b", "a"], false]);
});

it("loses what is restored, and what this page is just restoring", async () => {
	const { store, shown, tell, answer } = await start();
	await answer(0, [trashed("c", 3), trashed("b", 2)]);
	tell(11, "task.restored", { changes: { tasks: [task("c", { version: 11 })] } });
	expect(shown()).toEqual(["b"]);
	let refuse: (problem: Refusal) => void = () => {};
	store.edit({
		effect: () => ({ changes: { tasks: [task("b")] } }),
		send: () => new Promise((_, reject) => (refuse = reject)),
		failure: () => "Could not restore",
	});
	expect(shown()).toEqual([]);
	await settle();
	refuse(new Problem(409, { code: "wip_limit" }));
	await settle();
	expect(shown()).toEqual(["b"]);
});

it("reads once more when something came while it was read, and not after it was closed", async () => {
	const { close, reads, shown, tell, answer } = await start();
	tell(11, "task.deleted", { removed: { tasks: ["t1"] } });
	tell(12, "task.undone", { removed: { tasks: ["t2"] } });
	expect(reads).toHaveLength(1);
	await answer(0, []);
	expect(reads).toHaveLength(2);
	await answer(1, [trashed("t2", 5), trashed("t1", 4)]);
	expect(shown()).toEqual(["t2", "t1"]);
	close();
	tell(13, "task.deleted", { removed: { tasks: ["t3"] } });
	expect(reads).toHaveLength(2);
});

it("keeps a task for thirty days", () => {
	const deleted = "2026-11-01T12:00:00.000Z";
	const on = (day: string) => daysLeft(deleted, Date.parse(`2026-${day}:00.000Z`));
	expect([
		on("11-01T12:00"),
		on("11-01T12:01"),
		on("11-30T13:00"),
		on("11-30T11:00"),
		on("12-02T00:00"),
	]).toEqual([30, 30, 1, 2, 1]);
});
