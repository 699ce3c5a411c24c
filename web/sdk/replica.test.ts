import { expect, it, vi } from "vitest";
import { Problem } from "./api/problem.ts";
import type { EventPage, Snapshot } from "./api/types.ts";
import { Replica } from "./replica.ts";
import { readMessage } from "./stream/message.ts";
import { event, snapshot, task } from "./testing/samples.ts";

async function start() {
	const source = {
		next: snapshot(10, [task("t1")]) as Snapshot,
		snapshot: vi.fn(async () => source.next),
		page: vi.fn(
			async (_project: string, _after: number, _cursor?: string): Promise<EventPage> => ({
				items: [event(11, { id: "t1", title: "missed" })],
				next_cursor: null,
				head: 11,
				epoch: "e1",
			}),
		),
	};
	const statuses: string[] = [];
	const replica = new Replica("p", source, { status: (status) => statuses.push(status) });
	await replica.load();
	const hear = (name: string, data: unknown) => {
		const message = readMessage({ event: name, data: JSON.stringify(data), id: undefined });
		if (message) replica.take(message);
		return message;
	};
	const title = () => replica.rows.tasks.get("t1")?.title;
	return { replica, source, statuses, hear, title };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));

it("follows what the stream says of its project, and of no other", async () => {
	const { replica, hear, title } = await start();
	hear("task.changed", event(11, { id: "t1", title: "eleven" }));
	hear("task.changed", { ...event(12, { id: "t1", title: "of another" }), project: "q" });
	hear("left", { project: "q", reason: "removed" });
	expect([title(), replica.applied, replica.status]).toEqual(["eleven", 11, "ready"]);
});

it("reads what lies before the stream's start, and the project again when the stream cannot tell it", async () => {
	const { source, hear, title } = await start();
	hear("hello", { epoch: "e1", ping_ms: 15_000, projects: { p: { from: 11, head: 11, status: "ok" } } });
	await settle();
	expect(title()).toBe("missed");
	source.next = snapshot(20, [task("t1", { title: "new", version: 20 })]);
	hear("reset", { epoch: "e1", projects: { p: { from: 11, head: 20, status: "reset", reason: "trimmed" } } });
	await settle();
	expect(title()).toBe("new");
});

const chained = (seq: number, chain: string, title: string) => ({
	...event(seq, { id: "t1", title }),
	chain,
});

/** A replica that holds the events 11 and 12 of one history, while the server has another since event 11. */
async function elsewhere(head: number) {
	const made = await start();
	const { source, hear } = made;
	source.next = { ...snapshot(10, [task("t1")]), cursor: "e1.10.0000000a" };
	await made.replica.load();
	hear("task.changed", chained(11, "0000000b", "eleven here"));
	hear("task.changed", chained(12, "0000000c", "twelve here"));
	source.next = {
		...snapshot(head, [task("t1", { title: "of another history", version: 12 })]),
		cursor: `e1.${head}.0000000d`,
	};
	source.snapshot.mockClear();
	source.page.mockClear();
	const standing = (from: number, chain: string, status = "ok") =>
		hear("hello", { epoch: "e1", projects: { p: { from, head, chain, status } } });
	return { ...made, standing };
}

it.each([11, 12, 13])("takes the snapshot of another history, whose head is %i", async (head) => {
	const { replica, standing, hear, title } = await elsewhere(head);
	standing(head, "0000000d", "reset");
	// What the new history tells meanwhile waits for its snapshot.
	hear("task.changed", chained(head + 1, "0000000e", "live there"));
	expect(title()).toBe("twelve here");
	await vi.waitFor(() => expect([replica.applied, title()]).toEqual([head + 1, "live there"]));
});

it("sees by the chain of the hello that the stream goes on in another history", async () => {
	const { replica, source, standing, title } = await elsewhere(12);
	standing(12, "0000000d");
	await settle();
	expect([replica.applied, title(), source.page.mock.calls.length]).toEqual([12, "of another history", 0]);
});

it("sees by an event that it has otherwise that the stream goes on in another history", async () => {
	const { source, standing, hear, title } = await elsewhere(12);
	standing(10, "0000000a");
	expect(source.snapshot).not.toHaveBeenCalled();
	hear("task.changed", chained(11, "0000000f", "eleven there"));
	await settle();
	expect(title()).toBe("of another history");
});

it("asks for what follows its cursor, and takes the snapshot when that is of another history", async () => {
	const { replica, source, standing, title } = await elsewhere(11);
	source.page.mockRejectedValueOnce(new Problem(410, { code: "other_history" }));
	// The stream goes on from where both are the same, and its head is before what is here.
	standing(10, "0000000a");
	await settle();
	expect(source.page.mock.calls).toEqual([["p", 12, "e1.12.0000000c"]]);
	expect([replica.applied, title()]).toEqual([11, "of another history"]);
});

it("does not go back to a snapshot that its events have overtaken", async () => {
	const { replica, source, hear, title } = await elsewhere(12);
	source.next = { ...snapshot(11, [task("t1")]), cursor: "e1.11.0000000b" };
	await replica.load();
	expect([replica.applied, title()]).toEqual([12, "twelve here"]);
	hear("task.changed", chained(12, "0000000c", "twelve here"));
	expect(source.snapshot).toHaveBeenCalledTimes(1);
});

it("drops everything when the membership ends", async () => {
	const { replica, statuses, hear } = await start();
	hear("left", { project: "p" });
	expect([replica.rows.tasks.size, statuses]).toEqual([0, ["ready", "gone"]]);
	hear("task.changed", event(11, { id: "t1", title: "late" }));
	expect(replica.rows.tasks.size).toBe(0);
});

it("reads frames that it does not know, and none that are no JSON", () => {
	const read = (event: string, data: string) => readMessage({ event, data, id: undefined });
	expect(read("presence", '{"user_id":"u"}')).toEqual({
		type: "other",
		name: "presence",
		data: { user_id: "u" },
	});
	expect(read("ping", "")).toBeUndefined();
	expect(read("left", '{"project":"p","reason":"deleted"}')).toMatchObject({
		project: "p",
		reason: "deleted",
	});
	expect(read("joined", '{"project":"p"}')).toMatchObject({ type: "joined", project: "p" });
});

it("says where it is, and of a catch-up whether all has come", async () => {
	const { replica, source } = await start();
	expect(replica.cursor).toBeUndefined();
	source.next = { ...snapshot(10, [task("t1")]), cursor: "e1.10.abc" };
	await replica.load();
	expect(replica.cursor).toBe("e1.10.abc");
	expect(await replica.catchUp()).toBe(true);
	expect(source.page).toHaveBeenLastCalledWith("p", 10, "e1.10.abc");
	source.page.mockRejectedValueOnce(Problem.offline());
	expect(await replica.catchUp()).toBe(false);
	source.page.mockRejectedValueOnce(new Problem(410, { code: "trimmed" }));
	expect(await replica.catchUp()).toBe(false);
});

it("reads the project once instead of thousands of events", async () => {
	const { source, hear } = await start();
	const hello = (head: number) =>
		hear("hello", { epoch: "e1", ping_ms: 15_000, projects: { p: { from: head, head, status: "ok" } } });
	hello(2010);
	await settle();
	expect([source.page.mock.calls.length, source.snapshot.mock.calls.length]).toEqual([1, 1]);
	hello(5000);
	await settle();
	expect([source.page.mock.calls.length, source.snapshot.mock.calls.length]).toEqual([1, 2]);
});
