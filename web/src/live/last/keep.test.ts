import { signal } from "@preact/signals";
import type { Snapshot } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ProjectStore } from "../store/project";
import { startKeeping } from "./keep";

const page = vi.hoisted(() => ({
	kept: [] as { what: string; project: string; value?: unknown }[],
	room: true,
}));
vi.mock("./database", () => {
	const note =
		(what: string) =>
		async (_user: string, project: string, ...values: unknown[]) => {
			page.kept.push({ what, project, value: values.at(-1) });
			return page.room;
		};
	return {
		keepSlice: note("slice"),
		keepHead: note("head"),
		keepPatch: note("patch"),
		forgetBoard: note("forgotten"),
		forgetOthers: async () => {},
		keepKnown: async () => page.kept.push({ what: "known", project: "" }),
		readHead: async () => undefined,
	};
});
vi.mock("../session-hint", () => ({
	probablySignedIn: () => true,
	noteSignedIn: () => {},
	isStillUser: () => true,
	notedUser: () => "alice",
}));
const shared = vi.hoisted(() => ({}) as Record<string, unknown>);
vi.mock("../projects", () => ({
	get allProjects() {
		return shared["projects"];
	},
	openStores: () => [],
}));
vi.mock("../shown-project", () => ({ shownProject: () => shared["store"] }));
vi.mock("../stream", () => ({
	get connection() {
		return shared["connection"];
	},
}));
vi.mock("../session", () => ({
	get user() {
		return shared["user"];
	},
}));

const locks = new Set<string>();
let hidden = false;
let onHide = () => {};
let stop = () => {};

beforeEach(() => {
	vi.useFakeTimers();
	page.kept.length = 0;
	page.room = true;
	locks.clear();
	shared["projects"] = signal([{ id: "p" }]);
	shared["connection"] = signal({ state: "live" });
	shared["user"] = signal({ id: "alice" });
	vi.stubGlobal("indexedDB", {});
	vi.stubGlobal("navigator", {
		locks: {
			request: async (name: string, act: () => Promise<void>) => {
				if (locks.has(name)) return new Promise(() => {});
				locks.add(name);
				await act();
				locks.delete(name);
			},
		},
	});
	vi.stubGlobal("document", {
		get hidden() {
			return hidden;
		},
		addEventListener: (_: string, listener: () => void) => {
			onHide = listener;
		},
		removeEventListener: () => {},
	});
});
afterEach(() => {
	stop();
	hidden = false;
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

async function start(board: Snapshot = { ...snapshot(10, [task("t1"), task("t2")]), cursor: "e1.10.x" }) {
	const source = { next: board, snapshot: async () => source.next, page: vi.fn() };
	const store = new ProjectStore("p", source, () => {});
	await store.load();
	shared["store"] = store;
	stop = startKeeping("alice");
	await vi.advanceTimersByTimeAsync(5000);
	return { store, source };
}
const changed = (seq: number, title: string) => ({ ...event(seq, { id: "t1", title }), chain: `c${seq}` });
const writes = (what: string) => page.kept.filter((one) => one.what === what).length;

it("keeps all of a project once, and a thousand events in one write", async () => {
	const { store } = await start();
	expect([writes("slice"), writes("head"), writes("patch"), writes("known")]).toEqual([1, 1, 0, 1]);
	page.kept.length = 0;
	for (let seq = 11; seq <= 1010; seq++) store.receive(changed(seq, `Title ${seq}`));
	expect(page.kept, "nothing at an event").toEqual([]);
	await vi.advanceTimersByTimeAsync(5000);
	expect(page.kept.map(({ what }) => what)).toEqual(["patch"]);
	expect(page.kept[0]?.value).toMatchObject({ rows: { tasks: [{ id: "t1", title: "Title 1010" }] } });
});

it("writes as rarely in a storm of events as in a breeze", async () => {
	const { store } = await start();
	page.kept.length = 0;
	const storm = 30;
	for (let second = 0; second < storm; second++) {
		for (let turn = 0; turn < 100; turn++) store.receive(changed(11 + second * 100 + turn, "Again"));
		await vi.advanceTimersByTimeAsync(1000);
	}
	expect(writes("patch")).toBeLessThanOrEqual(storm / 2);
});

it("keeps everything anew after a snapshot without events, and when there are very many patches", async () => {
	const { store, source } = await start();
	source.next = { ...snapshot(5000, [task("t1")]), cursor: "e1.5000.x" };
	await store.load();
	page.kept.length = 0;
	await vi.advanceTimersByTimeAsync(5000);
	expect(page.kept.map(({ what }) => what)).toEqual(["slice", "head"]);
	page.kept.length = 0;
	for (let turn = 1; turn <= 201; turn++) {
		store.receive(changed(5000 + turn, `Title ${turn}`));
		await vi.advanceTimersByTimeAsync(3000);
	}
	expect(writes("head")).toBe(1);
});

it("keeps at once what there is when the page is hidden", async () => {
	const { store } = await start();
	page.kept.length = 0;
	store.receive(changed(11, "Last words"));
	hidden = true;
	onHide();
	await vi.advanceTimersByTimeAsync(0);
	expect(writes("patch")).toBe(1);
});

it("stops where there is no room, and forgets what is old from then on", async () => {
	const { store } = await start();
	page.room = false;
	page.kept.length = 0;
	store.receive(changed(11, "Too much"));
	await vi.advanceTimersByTimeAsync(5000);
	expect(page.kept.map(({ what }) => what)).toEqual(["patch", "slice", "forgotten"]);
	page.kept.length = 0;
	store.receive(changed(12, "Still too much"));
	await vi.advanceTimersByTimeAsync(60_000);
	expect(writes("patch") + writes("slice")).toBe(0);
});

it("keeps nothing of a server that gives no cursor, nor of what was lost", async () => {
	await start(snapshot(10, [task("t1")]));
	expect(writes("slice")).toBe(0);
	stop();
	const { store } = await start();
	store.receive(changed(11, "Just before"));
	store.leave();
	page.kept.length = 0;
	await vi.advanceTimersByTimeAsync(10_000);
	expect(page.kept.filter(({ what }) => what !== "known")).toEqual([]);
});
