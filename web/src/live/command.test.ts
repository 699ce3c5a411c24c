import { type Api, Problem } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { announcement } from "../platform/announce";
import { toasts, undoLast } from "../platform/toasts";
import { forgetUndone, redoLast } from "../platform/undone";
import { type Command, command } from "./command";
import { ProjectStore } from "./store/project";

/** The requests that were sent; the test answers them. */
const sent: { key: string; match: string | undefined; title: string; refuse: (problem: Problem) => void }[] =
	[];
vi.mock("../platform/api", () => ({
	body: (call: Promise<{ data: unknown }>) => call.then(({ data }) => data),
	api: {
		PATCH: (_: string, { body, headers }: { body: { title: string }; headers: Record<string, string> }) =>
			new Promise((_answer, refuse) => {
				const key = headers["Idempotency-Key"] ?? "";
				sent.push({ key, match: headers["If-Match"], title: body.title, refuse });
			}),
	},
}));
const patch = (api: Api, title: string) =>
	api.PATCH("/projects/{project}/tasks/{task}", {
		params: { path: { project: "p", task: "t1" } },
		body: { title },
	});

const rename: Command<[title: string]> = command((store, title) => {
	const before = store.view.get("tasks", "t1")?.title ?? "";
	if (title === before) return undefined;
	return {
		lane: "t1",
		failure: "Could not rename",
		effect: () => ({ changes: { tasks: [{ id: "t1", title }] } }),
		request: (api) => patch(api, title),
		undo: () => ({
			text: `Renamed to ${store.view.get("tasks", "t1")?.title}`,
			group: "rename",
			run: () => rename.withoutUndo(store, before),
		}),
	};
});

const settle = () => new Promise((resolve) => setTimeout(resolve));

async function start() {
	const failed = vi.fn();
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const source = {
		next: snapshot(10, [task("t1", { title: "Old" })]),
		snapshot: async () => source.next,
		page,
	};
	const store = new ProjectStore("p", source, failed);
	await store.load();
	return { store, source, failed, title: () => store.tables.tasks.peek("t1")?.title };
}

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
	forgetUndone();
});

it("is shown at once, sent with a key, and confirmed by the event that names the key", async () => {
	const { store, title } = await start();
	rename(store, "New");
	expect(title()).toBe("New");
	await settle();
	expect(sent).toHaveLength(1);
	store.receive(event(11, { id: "t1", title: "New" }, sent[0]?.key));
	expect(store.tables.tasks.pending("t1")).toBe(false);
});

it("sends nothing when there is nothing to change", async () => {
	const { store } = await start();
	rename(store, "Old");
	await settle();
	expect([sent.length, toasts.value.length]).toEqual([0, 0]);
});

it("is taken back with its undo toast when the server refuses", async () => {
	const { store, failed, title } = await start();
	rename(store, "New");
	expect(toasts.value.map(({ text, project }) => [text, project])).toEqual([["Renamed to New", "p"]]);
	await settle();
	sent[0]?.refuse(new Problem(403, { code: "forbidden" }));
	await settle();
	expect(title()).toBe("Old");
	expect(toasts.value).toEqual([]);
	expect(failed.mock.calls[0]?.[0].failure()).toBe("Could not rename");
});

it("is undone by the same edit, which offers no undo itself but is announced", async () => {
	const { store, title } = await start();
	rename(store, "New");
	expect(undoLast()).toBe(true);
	expect(title()).toBe("Old");
	expect(toasts.value).toEqual([]);
	expect(announcement.value.text).toBe("Renamed to Old");
	await settle();
	expect(sent.map((one) => one.title)).toEqual(["New"]);
});

it("shows one toast for edits of one group", async () => {
	const { store } = await start();
	rename(store, "New");
	rename(store, "Newer");
	expect(toasts.value.map(({ text }) => text)).toEqual(["Renamed to Newer"]);
});

it("leaves the telling to an edit that says that it told", async () => {
	const { store, failed } = await start();
	const refused = vi.fn(() => true);
	const edit = command(() => ({
		failure: "Could not",
		effect: () => ({}),
		request: (api) => patch(api, "New"),
		refused,
	}));
	edit(store);
	await settle();
	sent[0]?.refuse(new Problem(412, { code: "version_conflict" }));
	await settle();
	expect(refused).toHaveBeenCalledOnce();
	expect(failed).not.toHaveBeenCalled();
});

it("is not undone when another person has changed it since, and says who", async () => {
	const { store, title } = await start();
	rename(store, "New");
	await settle();
	store.receive(event(11, { id: "t1", title: "New" }, sent[0]?.key));
	const bob = { id: "bob", name: "Bob" };
	store.receive({ ...event(12, { id: "t1", title: "Bob's" }, "theirs"), actor: bob });
	expect(undoLast()).toBe(true);
	expect(title()).toBe("Bob's");
	expect(toasts.value.map(({ text }) => text)).toEqual([
		"Bob changed this since, so it stays as it is now. Nothing was undone.",
	]);
	await settle();
	expect(sent).toHaveLength(1);
});

it("is undone when another person has changed something else", async () => {
	const { store, title } = await start();
	rename(store, "New");
	await settle();
	store.receive(event(11, { id: "t1", title: "New" }, sent[0]?.key));
	store.receive({
		...event(12, { id: "t1", priority: "high" }, "theirs"),
		actor: { id: "bob", name: "Bob" },
	});
	undoLast();
	expect(title()).toBe("Old");
});

it("is not undone when a snapshot brought another state", async () => {
	const { store, source, title } = await start();
	rename(store, "New");
	await settle();
	store.receive(event(11, { id: "t1", title: "New" }, sent[0]?.key));
	source.next = snapshot(20, [task("t1", { title: "Bob's", version: 20 })]);
	await store.load();
	undoLast();
	expect(title()).toBe("Bob's");
});

it("is done again after it was undone, as often as one likes", async () => {
	const { store, title } = await start();
	expect(redoLast()).toBe(false);
	rename(store, "New");
	rename(store, "Newer");
	undoLast();
	expect(title()).toBe("New");
	expect(redoLast()).toBe(true);
	expect([title(), toasts.value.map(({ text }) => text)]).toEqual(["Newer", ["Renamed to Newer"]]);
	undoLast();
	expect(title()).toBe("New");
	redoLast();
	expect([title(), redoLast()]).toEqual(["Newer", false]);
});

it("is not done again after a new edit", async () => {
	const { store, title } = await start();
	rename(store, "New");
	undoLast();
	rename(store, "Other");
	expect([redoLast(), title()]).toEqual([false, "Other"]);
});

it("is not done again when another person has changed it meanwhile", async () => {
	const { store, title } = await start();
	rename(store, "New");
	undoLast();
	store.receive({
		...event(11, { id: "t1", title: "Bob's" }, "theirs"),
		actor: { id: "bob", name: "Bob" },
	});
	expect(redoLast()).toBe(true);
	expect(toasts.value.map(({ text }) => text)).toEqual(["Bob changed this since, so it stays as it is now."]);
	expect(store.view.get("tasks", "t1")?.title).toBe(title());
});
