import { beforeEach, expect, it, vi } from "vitest";
import { Problem } from "./api/problem.ts";
import type { Change, Kind, ProjectEvent, Snapshot } from "./api/types.ts";
import { type Declarations, kinds } from "./kinds.ts";
import type { LoadedState } from "./loaded.ts";
import type { Row } from "./reduce.ts";
import { Replica } from "./replica.ts";
import { snapshot, task } from "./testing/samples.ts";

/** A kind that the server does not have: the notes of a task. */
interface Note {
	id: string;
	task_id: string;
	text: string;
	version: number;
}
const notes = "notes" as Kind;
const declared = {
	...kinds,
	notes: { held: "loaded", parent: { field: "task_id", kind: "tasks" } },
} as unknown as Declarations;

const note = (id: string, version: number, text = id, task_id = "t1"): Note => ({
	id,
	task_id,
	text,
	version,
});
const settle = () => new Promise((resolve) => setTimeout(resolve));

async function start() {
	const reads: { parent: string; answer: (rows: Note[]) => void; refuse: (problem: Problem) => void }[] = [];
	const source = {
		next: snapshot(10, [task("t1"), task("t2")]) as Snapshot,
		snapshot: vi.fn(async () => source.next),
		page: vi.fn(async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" })),
		read: (_kind: Kind, _project: string, parent: string) =>
			new Promise<Row[]>((answer, refuse) => {
				reads.push({ parent, answer: (rows) => answer(rows as unknown as Row[]), refuse });
			}),
	};
	const states: [string, LoadedState["state"]][] = [];
	const replica = new Replica(
		"p",
		source,
		{ parent: (_, parent, { state }) => states.push([parent, state]) },
		declared,
	);
	await replica.load();
	let seq = 10;
	/** The next event of the log. */
	const tell = (change: { changes?: object; removed?: object }, type = "notes.changed") => {
		seq += 1;
		const event = { project: "p", seq, type, at: "2026-11-20T10:00:00.000Z", actor: null };
		replica.receive({ ...event, ...(change as Change) } as ProjectEvent);
	};
	const texts = () =>
		[...(replica.rows[notes] as ReadonlyMap<string, unknown>).values()].map((row) => (row as Note).text);
	const read = (index: number) => reads[index] ?? expect.fail(`there was no read ${index}`);
	return { replica, source, reads, read, states, tell, texts };
}

beforeEach(() => vi.useRealTimers());

it("is read once, when the first view opens the parent, and let go with the last", async () => {
	const { replica, reads, read, states, texts } = await start();
	expect(reads).toEqual([]);
	const [first, second] = [replica.open(notes, "t1"), replica.open(notes, "t1")];
	expect(reads.map(({ parent }) => parent)).toEqual(["t1"]);
	read(0).answer([note("a", 3), note("b", 4)]);
	await settle();
	expect(texts()).toEqual(["a", "b"]);
	expect(states).toEqual([["t1", "ready"]]);
	first();
	first();
	expect(texts()).toEqual(["a", "b"]);
	second();
	expect(texts()).toEqual([]);
	expect(replica.stateOf(notes, "t1")).toEqual({ state: "loading" });
});

it("follows events: new ones, changed ones, removed ones", async () => {
	const { replica, read, tell, texts } = await start();
	replica.open(notes, "t1");
	read(0).answer([note("a", 3), note("b", 4)]);
	await settle();
	tell({ changes: { notes: [note("c", 11)] } });
	tell({ changes: { notes: [{ id: "a", version: 12, text: "A" }] } });
	tell({ removed: { notes: ["b"] } });
	expect(texts()).toEqual(["A", "c"]);
});

it("loses no event that comes while it is read, whether the answer knows it or not", async () => {
	const { replica, read, tell, texts } = await start();
	replica.open(notes, "t1");
	tell({ changes: { notes: [note("new", 11)] } });
	tell({ changes: { notes: [{ id: "a", version: 12, text: "twelve" }] } });
	tell({ removed: { notes: ["b"] } });
	tell({ changes: { notes: [{ id: "c", version: 14, text: "fourteen" }] } });
	// The server has answered as of event 13: it has the first three, and not the fourth.
	read(0).answer([note("a", 12, "twelve"), note("c", 5), note("new", 11)]);
	await settle();
	expect(texts().sort()).toEqual(["fourteen", "new", "twelve"]);

	const { replica: other, read: readOther, tell: tellOther, texts: textsOther } = await start();
	other.open(notes, "t1");
	tellOther({ changes: { notes: [note("new", 11)] } });
	tellOther({ changes: { notes: [{ id: "a", version: 12, text: "twelve" }] } });
	tellOther({ removed: { notes: ["b"] } });
	// The server has answered as of event 10: it has none of them.
	readOther(0).answer([note("a", 3), note("b", 4)]);
	await settle();
	expect(textsOther().sort()).toEqual(["new", "twelve"]);
});

it("does not go back when the answer is ahead of the events", async () => {
	const { replica, read, tell, texts } = await start();
	replica.open(notes, "t1");
	// As of event 14, while this client has applied 10.
	read(0).answer([note("a", 14, "fourteen"), note("b", 13)]);
	await settle();
	tell({ changes: { notes: [{ id: "a", version: 11, text: "eleven" }] } });
	expect(texts()).toEqual(["fourteen", "b"]);
	tell({ removed: { notes: ["b"] } });
	expect(texts()).toEqual(["fourteen", "b"]);
	tell({ changes: { notes: [note("b", 13)] } });
	tell({ changes: { notes: [{ id: "a", version: 14, text: "fourteen" }] } });
	tell({ changes: { notes: [{ id: "a", version: 15, text: "fifteen" }] } });
	expect(texts()).toEqual(["fifteen", "b"]);
});

it("ignores what belongs to a parent that no view has opened", async () => {
	const { replica, read, reads, tell, texts } = await start();
	tell({ changes: { notes: [note("x", 11, "x", "t2")] }, removed: { notes: ["y"] } });
	expect(texts()).toEqual([]);
	replica.open(notes, "t1");
	read(0).answer([]);
	await settle();
	tell({ changes: { notes: [note("x", 12, "x", "t2"), { id: "y", version: 12, text: "partly" }] } });
	expect(texts()).toEqual([]);
	expect(reads).toHaveLength(1);
});

it("is read again after a reset, shown until then, and dropped where no view is left", async () => {
	const { replica, source, reads, read, states, texts } = await start();
	const close = replica.open(notes, "t1");
	replica.open(notes, "t2");
	read(0).answer([note("a", 3)]);
	read(1).answer([note("b", 4, "b", "t2")]);
	await settle();
	close();
	source.next = snapshot(20, [task("t1"), task("t2")]);
	replica.hello("e1", { from: 20, head: 20, status: "reset" });
	await settle();
	expect(reads.map(({ parent }) => parent)).toEqual(["t1", "t2", "t2"]);
	expect(texts()).toEqual(["b"]);
	read(2).answer([note("c", 15, "c", "t2")]);
	await settle();
	expect(texts()).toEqual(["c"]);
	expect(states.filter(([parent]) => parent === "t2")).toEqual([["t2", "ready"]]);
});

it("drops the answer of a read that a reset has overtaken", async () => {
	const { replica, source, read, texts } = await start();
	replica.open(notes, "t1");
	source.next = snapshot(3, [task("t1")], "e2");
	replica.hello("e2", { from: 3, head: 3, status: "ok" });
	await settle();
	read(1).answer([note("new life", 2)]);
	read(0).answer([note("old life", 9)]);
	await settle();
	expect(texts()).toEqual(["new life"]);
});

it("goes with its parent, and is read again in case that the parent can still be read", async () => {
	const { replica, reads, read, states, tell, texts } = await start();
	replica.open(notes, "t1");
	read(0).answer([note("a", 3)]);
	await settle();
	tell({ removed: { tasks: ["t1"] } });
	expect(texts()).toEqual([]);
	read(1).refuse(new Problem(404, { code: "not_found" }));
	await settle();
	expect(states.map(([, state]) => state)).toEqual(["ready", "loading", "gone"]);
	expect(reads).toHaveLength(2);
	tell({ changes: { tasks: [task("t1", { version: 12 })] } });
	expect(reads).toHaveLength(3);
	read(2).answer([note("a", 3)]);
	await settle();
	expect(texts()).toEqual(["a"]);
	tell({ removed: { tasks: ["t1"] } }, "task.deleted");
	expect([texts(), states.at(-1), reads.length]).toEqual([[], ["t1", "gone"], 3]);
});

it("is asked for again when the read fails, as long as a view is open", async () => {
	const { replica, reads, read, states } = await start();
	vi.useFakeTimers();
	const close = replica.open(notes, "t1");
	read(0).refuse(Problem.offline());
	await vi.advanceTimersByTimeAsync(3000);
	expect(states).toEqual([
		["t1", "failed"],
		["t1", "loading"],
	]);
	expect(reads).toHaveLength(2);
	read(1).refuse(Problem.offline());
	await vi.advanceTimersByTimeAsync(0);
	close();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(reads).toHaveLength(2);
});

it("leaves nothing behind when the project is no longer readable", async () => {
	const { replica, read, texts } = await start();
	replica.open(notes, "t1");
	replica.open(notes, "t2");
	read(0).answer([note("a", 3)]);
	await settle();
	replica.leave();
	expect(texts()).toEqual([]);
	read(1).answer([note("b", 3, "b", "t2")]);
	await settle();
	expect(texts()).toEqual([]);
});

it("holds the text of a task, which comes with the task's own events, for open tasks only", async () => {
	const { replica, read, tell } = await start();
	const row = (id: string) => replica.rows.tasks.get(id) as object;
	tell({ changes: { tasks: [{ id: "t1", version: 11, title: "New", description: "long" }] } });
	expect(row("t1")).toMatchObject({ title: "New", version: 11 });
	expect(row("t1")).not.toHaveProperty("description");
	replica.open("task_texts", "t1");
	read(0).answer([{ id: "t1", description: "long", version: 11 } as unknown as Note]);
	await settle();
	tell({ changes: { tasks: [{ id: "t1", version: 12, description: "longer" }] } });
	tell({ changes: { tasks: [{ id: "t2", version: 13, description: "of another" }] } });
	expect([...replica.rows.task_texts.values()]).toEqual([{ id: "t1", description: "longer", version: 12 }]);
	expect(row("t1")).toMatchObject({ version: 12 });
});
