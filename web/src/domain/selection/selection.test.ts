import { signal } from "@preact/signals";
import type { Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { expect, it } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { Selection } from "./selection";

async function start() {
	const page = () => Promise.reject(new Error("not asked for"));
	const all = ["a", "b", "c", "d", "e"];
	const first = snapshot(
		1,
		all.map((id) => task(id)),
	);
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	const matches = signal<(task: Task) => boolean>(() => true);
	const order = () => all.filter((id) => matches.peek()(store.tables.tasks.peek(id) as Task));
	const selection = new Selection({ store, matches, order });
	const ids = () =>
		selection.tasks.value
			.map(({ id }) => id)
			.sort()
			.join("");
	return { selection, ids, matches, store };
}

it("extends from the task that was selected last, in both directions", async () => {
	const { selection, ids } = await start();
	selection.toggle("c");
	selection.extendTo("e");
	expect(ids()).toBe("cde");
	selection.extendTo("b");
	expect(ids()).toBe("bcde");
	selection.toggle("d");
	expect(ids()).toBe("bce");
	selection.extendTo("a");
	expect(ids()).toBe("abcde");
});

it("begins with the task itself when nothing was selected before", async () => {
	const { selection, ids } = await start();
	selection.extendTo("b");
	expect(ids()).toBe("b");
	selection.extendTo("d");
	expect(ids()).toBe("bcd");
});

it("does not hold what the filter hides, also not later", async () => {
	const { selection, ids, matches } = await start();
	selection.all();
	expect(ids()).toBe("abcde");
	matches.value = ({ id }) => id !== "b";
	expect(ids()).toBe("acde");
	selection.toggle("a");
	matches.value = () => true;
	expect(ids()).toBe("cde");
});

it("takes keys with a press, and no plain press", async () => {
	const { selection, ids } = await start();
	const plain = { shiftKey: false, ctrlKey: false, metaKey: false };
	expect(selection.press(plain, "a")).toBe(false);
	expect(selection.press({ ...plain, ctrlKey: true }, "a")).toBe(true);
	expect(selection.press({ ...plain, shiftKey: true }, "c")).toBe(true);
	expect(ids()).toBe("abc");
	selection.without(["b"]);
	expect(ids()).toBe("ac");
	selection.clear();
	expect(selection.size).toBe(0);
});
