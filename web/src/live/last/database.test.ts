import "fake-indexeddb/auto";
import type { ProjectSummary, User } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { shownAsOf } from "./state";

type Database = typeof import("./database");
let db: Database;
let state: typeof import("./state");
let present: string | null;

/** A page that has just been opened. */
async function openPage(): Promise<void> {
	vi.resetModules();
	db = await import("./database");
	state = await import("./state");
}

beforeEach(async () => {
	present = "alice";
	vi.stubGlobal("localStorage", { getItem: () => present, setItem: () => {}, removeItem: () => {} });
	vi.stubGlobal("indexedDB", new (await import("fake-indexeddb")).IDBFactory());
	await openPage();
});

const alice = { id: "alice", name: "Alice" } as User;
const project = (id: string) => ({ id, name: id, key: id.toUpperCase() }) as ProjectSummary;
const head = (generation = "g", over: object = {}) => ({
	format: 1,
	generation,
	cursor: "e1.10.abc",
	at: 1000,
	slices: 1,
	patches: 0,
	...over,
});
const { project: own, columns } = snapshot(10, []);
const slice = (id: string, ...titles: string[]) => ({
	project: [{ ...own, id }],
	columns,
	tasks: titles.map((title) => task(title)),
});

async function keep(user: string, id: string, ...titles: string[]): Promise<void> {
	expect(await db.keepSlice(user, id, "g", 0, slice(id, ...titles))).toBe(true);
	expect(await db.keepHead(user, id, head())).toBe(true);
}
const titles = async (id: string) => (await db.showBoard(id))?.tasks.map(({ title }) => title);

it("the next page finds what was kept, and shows since when", async () => {
	await keep("alice", "p", "One");
	await db.keepKnown(alice, [project("p")], 900);
	await openPage();
	expect(await titles("p")).toEqual(["One"]);
	expect([...state.shownAsOf.peek()]).toEqual([["p", 1000]]);
	expect(await db.readKnown("alice")).toMatchObject({ at: 900, projects: [{ id: "p" }] });
	expect(shownAsOf.peek().size).toBe(0);
});

it("of another user nothing is found", async () => {
	await keep("alice", "p", "One");
	await db.keepKnown(alice, [project("p")], 900);
	present = "bob";
	expect(await titles("p")).toBeUndefined();
	expect(await db.readKnown("bob")).toBeUndefined();
	present = null;
	expect(await titles("p")).toBeUndefined();
});

it("changes are put behind the state that they continue, and behind no other", async () => {
	await keep("alice", "p", "One");
	const patch = { rows: { tasks: [task("Two")] }, removed: { tasks: ["One"] } };
	const next = head("g", { cursor: "e1.12.abd", patches: 1, at: 2000 });
	expect(await db.keepPatch("alice", "p", next, patch)).toBe(true);
	expect(await titles("p")).toEqual(["Two"]);
	expect(await db.keepPatch("alice", "p", next, patch), "another tab was quicker").toBe(false);
	expect(await db.keepPatch("alice", "p", head("other", { patches: 2 }), patch)).toBe(false);
	expect(await db.keepPatch("alice", "q", next, patch)).toBe(false);
	// Only that it is still so.
	expect(await db.keepPatch("alice", "p", { ...next, at: 3000 }, undefined)).toBe(true);
	expect(await db.readHead("alice", "p")).toMatchObject({ at: 3000, cursor: "e1.12.abd" });
});

it("a state that was not written to its end is not read; the earlier one stays", async () => {
	await keep("alice", "p", "One");
	await db.keepSlice("alice", "p", "later", 0, slice("p", "Half"));
	expect(await titles("p")).toEqual(["One"]);
	await db.keepSlice("alice", "p", "later", 1, slice("p", "Whole"));
	await db.keepHead("alice", "p", head("later", { slices: 2 }));
	expect(await titles("p")).toEqual(["Half", "Whole"]);
});

it("what is broken is forgotten", async () => {
	await keep("alice", "p", "One");
	await db.keepSlice("alice", "p", "g", 0, { tasks: [{ id: "t1", title: 7 }] });
	expect(await titles("p")).toBeUndefined();
	expect(await db.readHead("alice", "p")).toBeUndefined();
	await keep("alice", "p", "One");
	await db.keepHead("alice", "p", "nonsense" as never);
	expect(await titles("p")).toBeUndefined();
});

it("projects that are lost go, with their names, and so do other users", async () => {
	for (const id of ["p", "q"]) await keep("alice", id, id);
	await keep("bob", "p", "Of Bob");
	await db.keepKnown(alice, [project("p"), project("q")], 900);
	await db.forgetOthers("alice", new Set(["q"]));
	expect([await titles("p"), await titles("q")]).toEqual([undefined, ["q"]]);
	expect((await db.readKnown("alice"))?.projects.map(({ id }) => id)).toEqual(["q"]);
	expect(await db.readHead("bob", "p")).toBeUndefined();
});

it("at the end of the session all of it goes, also what another tab has open", async () => {
	await keep("alice", "p", "One");
	const other = db;
	await openPage();
	await titles("p");
	state.forgetLast();
	await vi.waitFor(async () => expect(await titles("p")).toBeUndefined());
	expect(await other.readHead("alice", "p")).toBeUndefined();
});

it("without a database, or with one that is full, nothing is kept and nothing breaks", async () => {
	vi.stubGlobal("indexedDB", {
		open: () => {
			throw new DOMException("not in a private window", "SecurityError");
		},
		deleteDatabase: () => {
			throw new DOMException("not in a private window", "SecurityError");
		},
	});
	await openPage();
	expect(await db.keepSlice("alice", "p", "g", 0, {})).toBe(false);
	expect(await db.keepHead("alice", "p", head())).toBe(false);
	expect(await titles("p")).toBeUndefined();
	state.forgetLast();
	vi.stubGlobal("indexedDB", undefined);
	await openPage();
	expect(await titles("p")).toBeUndefined();
	state.forgetLast();
});
