import { type List, Problem, type ProjectEvent, type Snapshot, type Task } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { describe, expect, it, vi } from "vitest";
import { ArchivedTasks } from "./archive";
import { ProjectStore } from "./project";

const at = (minute: number) => `2026-11-20T10:0${minute}:00.000Z`;
const archived = (id: string, minute: number, version: number) =>
	task(id, { archived_at: at(minute), version });
const settle = () => new Promise((resolve) => setTimeout(resolve));

async function start(first: Snapshot = snapshot(10, [task("t1"), task("t2")])) {
	const reads: {
		cursor: string | undefined;
		answer: (page: List<Task>) => void;
		refuse: (problem: Problem) => void;
	}[] = [];
	const source = {
		next: first,
		snapshot: async () => source.next,
		page: vi.fn(async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" })),
		archived: (_: string, cursor: string | undefined) =>
			new Promise<List<Task>>((answer, refuse) => reads.push({ cursor, answer, refuse })),
	};
	const store = new ProjectStore("p", source, vi.fn());
	const archive = new ArchivedTasks(store);
	await store.load();
	const shown = () => archive.items.peek()?.map(({ id }) => id);
	const tell = (
		seq: number,
		type: string,
		parts: Pick<ProjectEvent, "changes" | "removed">,
		cause?: string,
	) => store.receive({ ...event(seq, { id: "" }, cause), type, at: at(9), changes: {}, ...parts });
	const answer = async (index: number, ...items: Task[]) => {
		reads[index]?.answer({ items });
		await settle();
	};
	return { store, archive, source, reads, shown, tell, answer };
}

describe("a task that is archived", () => {
	it("leaves the board, and with it what belongs to it", async () => {
		const { store, tell } = await start();
		tell(11, "task.archived", { removed: { tasks: ["t1"] } });
		expect(store.tables.tasks.ids.peek()).toEqual(["t2"]);
		expect(store.tasksByColumn.of("c1")).toEqual(["t2"]);
	});

	it("leaves the screen at once when this page archives it, and comes back when the server refuses", async () => {
		const { store } = await start();
		let refuse: (problem: Problem) => void = () => {};
		store.edit({
			effect: () => ({ changes: { tasks: [{ id: "t1", archived_at: at(0) }] } }),
			send: () => new Promise((_, reject) => (refuse = reject)),
			failure: () => "Could not archive",
		});
		expect(store.tables.tasks.peek("t1")).toBeUndefined();
		await settle();
		refuse(new Problem(403, { code: "forbidden" }));
		await settle();
		expect(store.tables.tasks.peek("t1")).toBeDefined();
	});

	it("comes back whole", async () => {
		const { store, tell } = await start();
		tell(11, "task.archived", { removed: { tasks: ["t1"] } });
		tell(12, "task.unarchived", { changes: { tasks: [task("t1", { version: 12, title: "Back" })] } });
		expect(store.tables.tasks.peek("t1")?.title).toBe("Back");
		expect(store.tasksByColumn.of("c1")).toEqual(["t1", "t2"]);
	});
});

describe("the archive", () => {
	it("is read by pages, and only while it is shown", async () => {
		const { archive, reads, shown, answer } = await start();
		expect(reads).toEqual([]);
		const close = archive.open();
		expect(shown()).toBeUndefined();
		reads[0]?.answer({ items: [archived("a", 3, 9)], next_cursor: "older" });
		await settle();
		expect([shown(), archive.hasMore]).toEqual([["a"], true]);
		void archive.more();
		expect(reads[1]?.cursor).toBe("older");
		await answer(1, archived("b", 2, 8));
		expect([shown(), archive.hasMore]).toEqual([["a", "b"], false]);
		close();
		expect(shown()).toBeUndefined();
	});

	it("gets on top what anybody archives, and loses what is restored or deleted", async () => {
		const { archive, reads, shown, tell, answer } = await start();
		archive.open();
		await answer(0, archived("a", 3, 9), archived("b", 2, 8));
		tell(11, "task.archived", { removed: { tasks: ["t1"] } });
		expect(shown()).toEqual(["t1", "a", "b"]);
		expect(archive.items.peek()?.[0]).toMatchObject({ title: "t1", archived_at: at(9) });
		tell(12, "task.unarchived", { changes: { tasks: [task("a", { version: 12 })] } });
		tell(13, "task.deleted", { removed: { tasks: ["b"] } });
		expect(shown()).toEqual(["t1"]);
		tell(14, "task.deleted", { removed: { tasks: ["t2"] } });
		expect([shown(), reads.length]).toEqual([["t1"], 1]);
	});

	it("gets what this page archives, too", async () => {
		const { store, archive, shown, tell, answer } = await start();
		archive.open();
		await answer(0);
		const { key } = store.edit({
			effect: () => ({ changes: { tasks: [{ id: "t1", archived_at: at(0) }] } }),
			send: () => new Promise(() => {}),
			failure: () => "Could not archive",
		});
		tell(11, "task.archived", { removed: { tasks: ["t1"] } }, key);
		expect(shown()).toEqual(["t1"]);
	});

	it("is read again when the board did not have the archived task", async () => {
		const { archive, reads, shown, tell, answer } = await start();
		archive.open();
		await answer(0);
		tell(11, "task.archived", { removed: { tasks: ["unknown"] } });
		await answer(1, archived("unknown", 4, 11));
		expect([shown(), reads.length]).toEqual([["unknown"], 2]);
	});

	it("is read again when something was undone, which may go to the archive or to the trash", async () => {
		const { archive, reads, shown, tell, answer } = await start();
		archive.open();
		await answer(0);
		tell(11, "task.undone", { removed: { tasks: ["t1"] } });
		expect(shown()).toEqual([]);
		await answer(1, archived("t1", 4, 11));
		expect([shown(), reads.length]).toEqual([["t1"], 2]);
	});

	it("loses no event that comes while it is read", async () => {
		const { archive, shown, tell, answer } = await start();
		archive.open();
		tell(11, "task.archived", { removed: { tasks: ["t1"] } });
		tell(12, "task.unarchived", { changes: { tasks: [task("a", { version: 12 })] } });
		tell(13, "task.archived", { removed: { tasks: ["t2"] } });
		// The server has answered as of event 11, and with a task that event 14 archives.
		await answer(0, archived("c", 5, 14), archived("t1", 4, 11), archived("a", 3, 9));
		expect(shown()).toEqual(["t2", "c", "t1"]);
	});

	it("is read again after a reset", async () => {
		const { store, archive, source, reads, shown, answer } = await start();
		archive.open();
		await answer(0, archived("a", 3, 9));
		source.next = snapshot(20, [task("a", { version: 15 })]);
		store.hello("e1", { from: 20, head: 20, status: "reset" });
		await settle();
		await answer(1, archived("t1", 4, 18));
		expect([shown(), reads.length]).toEqual([["t1"], 2]);
	});

	it("says why it could not be read, and is read once more when asked to", async () => {
		const { archive, reads, shown, answer } = await start();
		archive.open();
		reads[0]?.refuse(Problem.offline());
		await settle();
		expect(archive.problem.peek()?.code).toBe("offline");
		void archive.again();
		await answer(1, archived("a", 3, 9));
		expect(shown()).toEqual(["a"]);
	});
});
