import type { ProjectEvent, SavedView } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";

const readViews = vi.fn<() => Promise<SavedView[]>>();
vi.mock("./commands", () => ({ readViews: () => readViews() }));
const { savedViews } = await import("./saved-views");

const view = (id: string, over: Partial<SavedView> = {}): SavedView => ({
	id,
	name: id,
	layout: "board",
	filter: "",
	sort: null,
	group_by: null,
	shared: true,
	owner_id: "alice",
	version: 1,
	...over,
});
const settle = () => new Promise((resolve) => setTimeout(resolve));
const names = (store: ProjectStore) => savedViews(store).items.value?.map(({ id }) => id);

async function start() {
	const source = {
		next: snapshot(10, [task("t1")]),
		snapshot: async () => source.next,
		page: vi.fn(async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" })),
		archived: vi.fn(),
	};
	const store = new ProjectStore("p", source as never, vi.fn());
	await store.load();
	return { store, source };
}

const ofViews = (seq: number) =>
	({
		...event(seq, { id: "" }),
		type: "view.created",
		changes: { views: [{ id: "v2" }] },
	}) as unknown as ProjectEvent;

describe("saved views", () => {
	beforeEach(() => readViews.mockReset());

	it("are read while something shows them, and again when one of several events names some", async () => {
		const { store } = await start();
		readViews.mockResolvedValueOnce([view("v1")]);
		const close = savedViews(store).open();
		await settle();
		expect(names(store)).toEqual(["v1"]);
		readViews.mockResolvedValueOnce([view("v1"), view("v2")]);
		// Both are applied at once: the last one is not of views.
		store.receive(event(12, { id: "t1", title: "Later" }));
		store.receive(ofViews(11));
		await settle();
		expect(names(store)).toEqual(["v1", "v2"]);
		store.receive(event(13, { id: "t1", title: "Other" }));
		close();
		store.receive(ofViews(14));
		await settle();
		expect(readViews).toHaveBeenCalledTimes(2);
	});

	it("are read again with a new snapshot", async () => {
		const { store, source } = await start();
		readViews.mockResolvedValue([]);
		savedViews(store).open();
		await settle();
		source.next = snapshot(20, [task("t1")]);
		store.hello("e1", { from: 20, head: 20, status: "reset" });
		await settle();
		expect(readViews).toHaveBeenCalledTimes(2);
	});

	it("never go back to an answer that is older than a change", async () => {
		const { store } = await start();
		let answer: (items: SavedView[]) => void = () => {};
		readViews.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
		savedViews(store).open();
		readViews.mockResolvedValueOnce([view("mine"), view("v1")]);
		savedViews(store).put(view("mine"));
		expect(names(store)).toEqual(["mine"]);
		answer([]);
		await settle();
		expect(names(store)).toEqual(["mine", "v1"]);
	});
});
