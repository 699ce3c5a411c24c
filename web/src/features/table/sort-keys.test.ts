import type { Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { folded } from "../../platform/text";
import { prepareTitles, sorted } from "./sort";

vi.mock("../../platform/text", async (original) => {
	const text = await original<typeof import("../../platform/text")>();
	return { ...text, folded: vi.fn(text.folded) };
});

async function storeOf(tasks: Task[]): Promise<ProjectStore> {
	const page = () => Promise.reject(new Error("not asked for"));
	const store = new ProjectStore("p", { snapshot: async () => snapshot(1, tasks), page }, () => {});
	await store.load();
	return store;
}

it("makes the key of a title once, beforehand, and again only for a task that has changed", async () => {
	const store = await storeOf(
		Array.from({ length: 1200 }, (_, index) => task(`t${index}`, { title: `Task ${index}` })),
	);
	const by = { column: "title", descending: false } as const;
	const made = vi.mocked(folded);
	made.mockClear();
	prepareTitles(store);
	await vi.waitFor(() => expect(made).toHaveBeenCalledTimes(1200));
	const all = store.tables.tasks.peekAll();
	expect(
		sorted(store, all, by)
			.slice(0, 3)
			.map(({ id }) => id),
	).toEqual(["t0", "t1", "t2"]);
	expect(made).toHaveBeenCalledTimes(1200);
	sorted(store, [...all.slice(1), { ...(all[0] as Task), title: "Other" }], by);
	expect(made).toHaveBeenCalledTimes(1201);
	made.mockClear();
	const stop = prepareTitles(await storeOf([task("other")]));
	stop();
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(made).not.toHaveBeenCalled();
});
