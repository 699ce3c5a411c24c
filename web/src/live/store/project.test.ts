import { effect } from "@preact/signals";
import { Problem, type ProjectEvent, type Row, type Snapshot } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { describe, expect, it, vi } from "vitest";
import { ProjectStore } from "./project";

async function start(log: ProjectEvent[] = [], first: Snapshot = snapshot(10, [task("t1"), task("t2")])) {
	const source = {
		next: first,
		read: vi.fn(async (): Promise<Row[]> => []),
		snapshot: vi.fn(async () => source.next),
		page: vi.fn(async (_: string, after: number) => {
			const items = log.filter((item) => item.seq > after);
			return { items, next_cursor: null, head: 0, epoch: source.next.epoch };
		}),
	};
	const failed = vi.fn();
	const store = new ProjectStore("p", source, failed);
	await store.load();
	const title = (id: string) => store.tables.tasks.peek(id)?.title;
	return { store, source, failed, title };
}

/** A request whose answer the test gives. */
function request() {
	let answer: (value: unknown) => void = () => {};
	let refuse: (problem: Problem) => void = () => {};
	let key = "";
	const send = (sent: string) => {
		key = sent;
		return new Promise((resolve, reject) => {
			answer = resolve;
			refuse = reject;
		});
	};
	return { send, answer: (v: unknown) => answer(v), refuse: (p: Problem) => refuse(p), key: () => key };
}
/** Until what was asked for has come and is taken in, which are tasks of their own. */
const settle = async () => {
	for (let task = 0; task < 3; task++) await new Promise((resolve) => setTimeout(resolve));
};
const rename = (title: string) => () => ({ changes: { tasks: [{ id: "t1", title }] } });
const failure = () => "Could not rename";

describe("the cursor", () => {
	it("applies each event once, whatever is repeated", async () => {
		const { store, title } = await start();
		store.receive(event(11, { id: "t1", title: "eleven" }));
		store.receive(event(12, { id: "t1", title: "twelve" }));
		store.receive(event(11, { id: "t1", title: "eleven" }));
		expect(title("t1")).toBe("twelve");
		expect(store.applied).toBe(12);
	});

	it("ignores what the snapshot has", async () => {
		const { store, title } = await start();
		store.receive(event(9, { id: "t1", title: "old" }));
		expect(title("t1")).toBe("t1");
	});

	it("fetches a gap from the log before going on", async () => {
		const missed = [event(11, { id: "t1", title: "a" }), event(12, { id: "t2", title: "b" })];
		const { store, source, title } = await start(missed);
		store.receive(event(13, { id: "t1", title: "c" }));
		expect(title("t1")).toBe("t1");
		await settle();
		expect(source.page).toHaveBeenCalledWith("p", 10, undefined);
		expect([title("t1"), title("t2"), store.applied]).toEqual(["c", "b", 13]);
	});

	it("fetches the snapshot when the log was trimmed", async () => {
		const { store, source, title } = await start();
		source.page.mockRejectedValue(new Problem(410, { code: "trimmed" }));
		source.next = snapshot(20, [task("t1", { title: "new", version: 20 })]);
		store.receive(event(19, { id: "t1", title: "c" }));
		await settle();
		expect([title("t1"), title("t2"), store.applied]).toEqual(["new", undefined, 20]);
	});

	it("keeps events that overtake the first snapshot", async () => {
		const source = { snapshot: async () => snapshot(10, [task("t1")]), page: vi.fn() };
		const store = new ProjectStore("p", source, vi.fn());
		const loading = store.load();
		store.receive(event(11, { id: "t1", title: "eleven" }));
		await loading;
		expect(store.tables.tasks.peek("t1")?.title).toBe("eleven");
		expect(source.page).not.toHaveBeenCalled();
	});

	it("starts over when the epoch changed or the stream says reset", async () => {
		const { store, source } = await start();
		source.next = snapshot(3, [task("t9")], "e2");
		store.hello("e2", { from: 3, head: 3, status: "ok" });
		await settle();
		expect([store.applied, store.tables.tasks.ids.peek()]).toEqual([3, ["t9"]]);
		store.hello("e2", { from: 3, head: 3, status: "reset", reason: "too_far" });
		await settle();
		expect(source.snapshot).toHaveBeenCalledTimes(3);
	});

	it("fetches what lies between the snapshot and the stream's start", async () => {
		const { store, title } = await start([event(11, { id: "t1", title: "between" })]);
		store.hello("e1", { from: 11, head: 11, status: "ok" });
		await settle();
		expect(title("t1")).toBe("between");
	});
});

describe("an optimistic edit", () => {
	it("is seen at once and replaced by its echo", async () => {
		const { store, title } = await start();
		const rpc = request();
		store.edit({ effect: rename("mine"), send: rpc.send, failure });
		await settle();
		expect([title("t1"), store.tables.tasks.pending("t1")]).toEqual(["mine", true]);
		store.receive(event(11, { id: "t1", title: "mine, trimmed" }, rpc.key()));
		expect([title("t1"), store.tables.tasks.pending("t1")]).toEqual(["mine, trimmed", false]);
	});

	it("is taken back when it is refused, and says why", async () => {
		const { store, title, failed } = await start();
		const rpc = request();
		store.edit({ effect: rename("mine"), send: rpc.send, failure });
		await settle();
		rpc.refuse(new Problem(403, { code: "forbidden" }));
		await settle();
		expect(title("t1")).toBe("t1");
		expect(failed.mock.calls[0]?.[1].code).toBe("forbidden");
	});

	it("stays on top of what others change meanwhile", async () => {
		const { store, title } = await start();
		const rpc = request();
		store.edit({ effect: rename("mine"), send: rpc.send, failure });
		await settle();
		store.receive(event(11, { id: "t1", title: "theirs", priority: "high" }));
		expect([title("t1"), store.tables.tasks.peek("t1")?.priority]).toEqual(["mine", "high"]);
		rpc.refuse(new Problem(409, { code: "conflict" }));
		await settle();
		expect(title("t1")).toBe("theirs");
	});

	it("ends when the answer's version was applied already", async () => {
		const { store, title } = await start();
		const rpc = request();
		store.edit({ effect: rename("mine"), send: rpc.send, failure });
		await settle();
		rpc.answer({ version: 10 });
		await settle();
		expect([title("t1"), store.tables.tasks.pending("t1")]).toEqual(["t1", false]);
	});

	it("is sent in order within its lane", async () => {
		const { store } = await start();
		const [first, second] = [request(), request()];
		store.edit({ effect: rename("one"), send: first.send, failure, lane: "t1" });
		store.edit({ effect: rename("two"), send: second.send, failure, lane: "t1" });
		await settle();
		expect(second.key()).toBe("");
		first.answer({ version: 10 });
		await settle();
		expect(second.key()).not.toBe("");
	});
});

describe("rendering", () => {
	it("tells only those who read the task that changed", async () => {
		const { store } = await start();
		const seen = { t1: 0, t2: 0, order: 0 };
		effect(() => {
			store.tables.tasks.get("t1");
			seen.t1 += 1;
		});
		effect(() => {
			store.tables.tasks.get("t2");
			seen.t2 += 1;
		});
		effect(() => {
			store.tasksByColumn.of("c1");
			seen.order += 1;
		});
		store.receive(event(11, { id: "t1", title: "new" }));
		expect(seen).toEqual({ t1: 2, t2: 1, order: 1 });
		store.receive(event(12, { id: "t1", column_id: "c2" }));
		expect(seen).toEqual({ t1: 3, t2: 1, order: 2 });
		expect(store.tasksByColumn.of("c2")).toEqual(["t1"]);
	});

	it("keeps untouched objects, and what was read of them, when the snapshot comes again", async () => {
		const { store, source } = await start();
		source.read.mockResolvedValue([{ id: "t1", description: "long", description_html: "", version: 1 }]);
		store.open("task_texts", "t1");
		await settle();
		const before = store.tables.tasks.peek("t1");
		await store.load();
		expect(store.tables.tasks.peek("t1")).toBe(before);
		expect(store.tables.task_texts.peek("t1")?.description).toBe("long");
	});
});
