import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WaitingEdits } from "./waiting-edits";

/** Web locks of one browser, of which a test can close a tab. */
class Locks {
	readonly held = new Set<string>();
	async request(name: string, act: () => Promise<unknown>) {
		this.held.add(name);
		return act();
	}
	async query() {
		return { held: [...this.held].map((name) => ({ name })) };
	}
}
let locks: Locks;
let database = 0;

beforeEach(() => {
	locks = new Locks();
	database += 1;
	vi.stubGlobal("navigator", { locks });
});
afterEach(() => vi.unstubAllGlobals());

/** A tab, and how to close it. */
function tab() {
	const before = new Set(locks.held);
	const edits = new WaitingEdits(`edits-${database}`);
	const own = [...locks.held].filter((name) => !before.has(name));
	return { edits, close: () => own.forEach((name) => void locks.held.delete(name)) };
}
const edit = (key: string, user: string, turn: number, project = "p") => ({
	key,
	user,
	project,
	turn,
	at: 1000,
	request: { method: "PATCH" as const, path: "/x", body: { title: key } },
	change: {},
	failure: "",
});
const keys = (edits: readonly { key: string }[]) => edits.map(({ key }) => key);

it("edits of a tab that is gone are taken over in their order, whole", async () => {
	const first = tab();
	for (const [turn, key] of ["a", "b", "c"].entries()) first.edits.keep(edit(key, "alice", turn));
	first.edits.forget("b");
	await first.edits.claim("no one");
	first.close();
	const found = await tab().edits.claim("alice");
	expect(keys(found)).toEqual(["a", "c"]);
	expect(found[0]).toMatchObject({ request: { body: { title: "a" } }, project: "p" });
});

it("edits of a tab that is open stay with it", async () => {
	const first = tab();
	first.edits.keep(edit("a", "alice", 1));
	await first.edits.claim("no one");
	expect(await tab().edits.claim("alice")).toEqual([]);
});

it("edits of another user are left alone", async () => {
	const first = tab();
	first.edits.keep(edit("a", "alice", 1));
	await first.edits.claim("no one");
	first.close();
	const second = tab();
	expect(await second.edits.claim("bob")).toEqual([]);
	expect(keys(await second.edits.claim("alice"))).toEqual(["a"]);
});

it("two tabs that open together take each edit once", async () => {
	const first = tab();
	for (let turn = 0; turn < 20; turn++) first.edits.keep(edit(String(turn), "alice", turn));
	await first.edits.claim("no one");
	first.close();
	const [second, third] = [tab(), tab()];
	const taken = [await second.edits.claim("alice"), await third.edits.claim("alice")];
	expect(taken.flat()).toHaveLength(20);
});

it("a project that is lost, or a sign-out, forgets its edits", async () => {
	const { edits } = tab();
	edits.keep(edit("a", "alice", 1, "lost"));
	edits.keep(edit("b", "alice", 2, "other"));
	edits.keep(edit("c", "bob", 3, "lost"));
	await edits.forgetAll("alice", "lost");
	expect(keys(await edits.claim("alice"))).toEqual(["b"]);
	const other = tab();
	other.edits.keep(edit("d", "alice", 4));
	await edits.forgetAll("alice");
	other.close();
	expect(keys(await edits.claim("alice"))).toEqual(["d"]);
	await edits.forgetAll("alice");
	expect([await edits.claim("alice"), keys(await edits.claim("bob"))]).toEqual([[], ["c"]]);
});
