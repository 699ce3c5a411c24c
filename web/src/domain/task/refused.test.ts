import type { Task } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addRefused, beginRefused, endRefused, showInPlace } from "../../live/refused-texts";
import { ProjectStore } from "../../live/store/project";
import { type Toast, toasts } from "../../platform/toasts";
import { addItem, patchItem } from "../checklist/commands";
import { patchLabel } from "../label/commands";
import { createMilestone } from "../milestone/commands";
import { createTask, patchTask } from "./commands";

interface Sent {
	request: string;
	body: Record<string, unknown>;
	match: string | undefined;
	answer: (value: unknown, status?: number) => void;
}
const sent: Sent[] = [];
const kept = new Map<string, string>();
const settle = async () => {
	for (let task = 0; task < 4; task++) await new Promise((resolve) => setTimeout(resolve));
};
const last = () => sent.at(-1) as Sent;
const shown = () => toasts.value[0]?.typed as NonNullable<Toast["typed"]>;

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
	kept.clear();
	vi.stubGlobal("localStorage", {
		getItem: (name: string) => kept.get(name) ?? null,
		setItem: (name: string, value: string) => kept.set(name, value),
		removeItem: (name: string) => kept.delete(name),
	});
	vi.stubGlobal(
		"fetch",
		(address: string, init: { method: string; body: string; headers: Record<string, string> }) =>
			new Promise<Response>((resolve) => {
				sent.push({
					request: `${init.method} ${address.replace("/api/v1/projects/p/", "")}`,
					body: JSON.parse(init.body),
					match: init.headers["If-Match"],
					answer: (value, status = 200) => resolve(new Response(JSON.stringify(value), { status })),
				});
			}),
	);
});
afterEach(() => {
	endRefused();
	vi.unstubAllGlobals();
});

async function start() {
	const label = { id: "l1", name: "Design", colour: "#c4413a", version: 3 };
	const item = { id: "i1", task_id: "t1", text: "Tent", done: false, position: "a", version: 4 };
	const first = {
		...snapshot(10, [task("t1", { title: "Old", version: 5 })]),
		labels: [label],
		checklist_items: [item],
	};
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const store: ProjectStore = new ProjectStore(
		"p",
		{ snapshot: async () => first, page },
		({ stored }, problem) => {
			if (stored?.typed && problem) addRefused(store, { ...stored, typed: stored.typed }, problem);
		},
	);
	await store.load();
	beginRefused("alice", () => store);
	return { store, label, item, row: () => store.view.get("tasks", "t1") as Task };
}

describe("a text that the server refuses", () => {
	it("stays in sight beside the one that stands there now, once", async () => {
		const { store, row } = await start();
		patchTask(store, row(), { title: "Mine" });
		await settle();
		expect(last().match).toBe('"5"');
		store.receive(event(11, { id: "t1", title: "Theirs" }, "their key"));
		last().answer({ code: "version_conflict", conflicts: ["title"] }, 412);
		await settle();
		expect(row().title).toBe("Theirs");
		expect(toasts.value).toHaveLength(1);
		expect([shown().yours, shown().theirs()]).toEqual(["Mine", "Theirs"]);
	});

	it("replaces the other one when the person says so, on top of what stands there", async () => {
		const { store, row } = await start();
		patchTask(store, row(), { title: "Mine" });
		await settle();
		store.receive(event(11, { id: "t1", title: "Theirs" }, "their key"));
		last().answer({ code: "version_conflict" }, 412);
		await settle();
		shown().again?.();
		await settle();
		expect(last()).toMatchObject({ request: "PATCH tasks/t1", body: { title: "Mine" }, match: '"11"' });
		expect([row().title, toasts.value]).toEqual(["Mine", []]);
	});

	it("is still there after a reload, until it is discarded", async () => {
		const { store, row } = await start();
		patchTask(store, row(), { title: "Mine" });
		await settle();
		last().answer({ code: "forbidden" }, 403);
		await settle();
		endRefused();
		expect(toasts.value).toEqual([]);
		beginRefused("bob", () => store);
		expect(toasts.value).toEqual([]);
		beginRefused("alice", () => store);
		expect(shown().yours).toBe("Mine");
		shown().discard();
		beginRefused("alice", () => store);
		expect(toasts.value).toEqual([]);
	});

	it("keeps what is typed of both in its place, over a reload and when a screen shows it itself", async () => {
		const { store, row } = await start();
		patchTask(store, row(), { title: "Mine" });
		await settle();
		store.receive(event(11, { id: "t1", title: "Theirs" }, "their key"));
		last().answer({ code: "version_conflict" }, 412);
		await settle();
		shown().keep?.("Mine and");
		expect(shown().yours).toBe("Mine");
		showInPlace({ kind: "tasks", id: "t1", field: "title" })();
		expect(shown().yours).toBe("Mine and");
		shown().keep?.("Mine and theirs");
		endRefused();
		beginRefused("alice", () => store);
		expect(toasts.value.map(({ typed }) => typed?.yours)).toEqual(["Mine and theirs"]);
	});

	it("is sent as one line where the field has one", async () => {
		const { store, row } = await start();
		patchTask(store, row(), { title: "Mine" });
		await settle();
		last().answer({ code: "version_conflict" }, 412);
		await settle();
		shown().again?.("Mine\nand  theirs\n");
		await settle();
		expect(last().body).toEqual({ title: "Mine and theirs" });
		last().answer({ ...row(), version: 12 });
		await settle();
		patchTask(store, row(), { description: "One" });
		await settle();
		last().answer({ code: "forbidden" }, 403);
		await settle();
		shown().again?.("One\ntwo");
		await settle();
		expect(last().body).toEqual({ description: "One\ntwo" });
	});

	it("is kept when its task was deleted, and there is no other text then", async () => {
		const { store, row } = await start();
		patchTask(store, row(), { title: "Mine" });
		await settle();
		store.receive({ ...event(11, { id: "t1" }), changes: {}, removed: { tasks: ["t1"] } });
		last().answer({ code: "not_found" }, 404);
		await settle();
		expect(toasts.value).toHaveLength(1);
		expect([shown().yours, shown().theirs()]).toEqual(["Mine", undefined]);
	});

	it("is kept wherever it was typed", async () => {
		const { store, label, item, row } = await start();
		const alice = { id: "alice" };
		const edits: [() => void, string][] = [
			[() => patchTask(store, row(), { description: "Long text" }), "Long text"],
			[() => createTask(store, alice, { title: "New task", column_id: "c1" }), "New task"],
			[() => addItem(store, row(), "New item"), "New item"],
			[() => patchItem(store, item, { text: "Big tent" }), "Big tent"],
			[() => patchLabel(store, label, { name: "Layout" }), "Layout"],
			[() => createMilestone(store, "Opening", null), "Opening"],
		];
		for (const [edit, text] of edits) {
			toasts.value = [];
			edit();
			await settle();
			last().answer({ code: "forbidden" }, 403);
			await settle();
			expect(toasts.value.map((toast) => toast.typed?.yours)).toEqual([text]);
		}
	});
});

it("names of labels and items are not overwritten without a word", async () => {
	const { store, label, item } = await start();
	patchLabel(store, label, { name: "Layout" });
	patchItem(store, item, { text: "Big tent" }, 2);
	await settle();
	expect(sent.map(({ match }) => match)).toEqual(['"3"', '"2"']);
});
