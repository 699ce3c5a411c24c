// A week offline: what one person did without a network meets what everybody else did with one.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { inWords } from "../../../live/in-words";
import { withRealIds } from "../../../live/provisional";
import { addRefused, beginRefused, endRefused, forgetRefusedAt } from "../../../live/refused-texts";
import { type KeptEdit, setKeeper } from "../../../live/store/keeper";
import { endOperations, gate, type Operation } from "../../../live/store/operations";
import { ProjectStore } from "../../../live/store/project";
import { onResolve } from "../../../platform/api";
import { toasts } from "../../../platform/toasts";
import { byOthers, edit, randomly, Server } from "./week";

const seed = Number(process.env["WEEK_SEED"] ?? 7);
const kept = new Map<string, KeptEdit>();

beforeEach(() => {
	kept.clear();
	toasts.value = [];
	vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
	onResolve(withRealIds);
	setKeeper({ keep: (one) => kept.set(one.key, one), forget: (key) => kept.delete(key) });
	inWords.value = (_project, { id, field }, object) => ({
		what: `${id} ${field}`,
		text: String(field === "due_on" ? `${object["start_on"]} ${object["due_on"]}` : object[field]),
	});
});
afterEach(() => {
	setKeeper(undefined);
	endOperations();
	endRefused();
	vi.unstubAllGlobals();
});

interface Week {
	server: Server;
	store: ProjectStore;
	edits: KeptEdit[];
	/** The edits of which the person was told: those that the server refused. */
	told: Map<string, number>;
	before: { rows: Map<string, object>; seq: number };
	/** What the server had just before the page was back. */
	theirs: Map<string, object>;
	/** The processor's time from the first request to the last, in ms. */
	cost: number;
}

/** `mine` edits without a network and a restart of the browser, against `others` by everybody else. */
async function week(tasks: number, mine: number, others: number): Promise<Week> {
	const random = randomly(seed);
	const server = new Server(tasks);
	vi.stubGlobal("fetch", (address: string, init: RequestInit) => server.answer(address, init));
	const last = server.snapshot();
	const before = { rows: new Map<string, object>(server.rows.tasks), seq: server.seq };
	const offline = new ProjectStore("p", { snapshot: async () => last, page: vi.fn() }, () => {});
	await offline.load();
	server.isUp = false;
	for (let made = 0; made < mine; made++) edit(offline, random);
	await new Promise((resolve) => setTimeout(resolve));
	const edits = [...kept.values()].sort((a, b) => a.turn - b.turn);
	endOperations();
	for (let made = 0; made < others; made++) byOthers(server, random);
	const theirs = new Map<string, object>(server.rows.tasks);

	// The browser is opened again: with the state and the edits that it kept, and then with a network.
	const told = new Map<string, number>();
	let isKept = true;
	const { snapshot, page } = server.source();
	const source = { page, snapshot: async () => (isKept ? structuredClone(last) : snapshot("p")) };
	const store: ProjectStore = new ProjectStore("p", source, (operation: Operation, problem) => {
		const { stored, key } = operation;
		if (!problem) return forgetRefusedAt("p", stored?.saw);
		told.set(key, (told.get(key) ?? 0) + 1);
		if (stored?.typed) addRefused(store, { ...stored, typed: stored.typed }, problem);
	});
	beginRefused("alice", () => store);
	await store.load();
	isKept = false;
	for (const { key, project: _project, at, turn: _turn, ...stored } of edits)
		store.restore({ ...structuredClone(stored), tried: at }, key);
	await vi.waitFor(() => expect(gate.waiting.peek()).toBe(edits.length));
	server.isUp = true;
	const [begun, started] = [process.cpuUsage(), performance.now()];
	store.hello("e1", { from: server.seq, head: server.seq, status: "ok" });
	gate.retry();
	await vi.waitFor(() => expect(gate.waiting.peek()).toBe(0), { timeout: 60_000, interval: 5 });
	await store.catchUp();
	await vi.waitFor(() => expect(store.applied).toBe(server.seq));
	const { user, system } = process.cpuUsage(begun);
	const cost = (user + system) / 1000;
	if (process.env["WEEK_TIME"]) {
		const [took, worked] = [performance.now() - started, cost].map(Math.round);
		const text = `together after ${took} ms, of which the processor worked ${worked}`;
		process.stdout.write(`${edits.length} edits against ${others} others: ${text}\n`);
	}
	return { server, store, edits, told, before, theirs, cost };
}

/** The decision that an edit is about, what the person saw there, and what they chose. */
function decisionOf({ saw, change }: KeptEdit) {
	const own = change.changes?.tasks?.find(({ id }) => id === saw?.id) as Record<string, unknown> | undefined;
	if (!saw || !own) return undefined;
	const field = ["title", "priority", "column_id", "due_on"].find((name) => name in saw.fields) ?? "";
	const read = (object: Record<string, unknown>) =>
		field === "due_on" ? `${object["start_on"]} ${object["due_on"]}` : String(object[field]);
	return {
		name: `${saw.id} ${field}`,
		id: saw.id,
		field,
		read,
		saw: read(saw.fields),
		mine: read(own),
	};
}

/** What the person should be asked, by the rule alone: decision by decision, with no server and no page. */
function expected({ edits, theirs }: Week): Map<string, string> {
	const now = new Map<string, string>();
	const asked = new Map<string, string>();
	for (const edit of edits) {
		const decision = decisionOf(edit);
		const there = decision && (theirs.get(decision.id) as Record<string, unknown> | undefined);
		if (!decision || !there) continue;
		const { name, saw, mine } = decision;
		const value = now.get(name) ?? decision.read(there);
		if (value === saw || value === mine) {
			now.set(name, mine);
			asked.delete(name);
		} else asked.set(name, mine);
	}
	return asked;
}

it("500 edits meet 20,000 others: none is lost, none is doubled, and only what both touched is asked", async () => {
	const outcome = await week(3000, 500, 20_000);
	const { server, store, edits, told, theirs } = outcome;
	expect(edits.length).toBeGreaterThan(480);

	// Each edit was carried out once, or the person was told.
	const carried = new Map<string, number>();
	for (const { cause } of server.log) if (cause) carried.set(cause, (carried.get(cause) ?? 0) + 1);
	const fates = edits.map(({ key }) => `${carried.get(key) ?? 0} ${told.get(key) ?? 0}`);
	expect(fates.filter((fate) => fate !== "1 0" && fate !== "0 1")).toEqual([]);
	expect(kept.size, "nothing waits any more").toBe(0);

	// The page shows what the server has.
	const shown = new Map(store.tables.tasks.peekAll().map((row) => [row.id, row]));
	expect(shown.size).toBe(server.rows.tasks.size);
	for (const [id, row] of server.rows.tasks) expect(shown.get(id)).toEqual(row);

	// Asked is what both have changed, each to something else, once for each field.
	const questions = toasts.value.flatMap(({ typed, text }) =>
		// A title has words of its own.
		typed
			? [`${text.replace("Not saved: ", "").replace(/^Title of WEB-(\d+)$/, "t$1 title")}: ${typed.yours}`]
			: [],
	);
	const wanted = expected(outcome);
	expect(wanted.size).toBeGreaterThan(20);
	// A text of a task that was deleted stays in sight too.
	const left = questions.filter((text) => server.rows.tasks.has(text.split(" ")[0] ?? ""));
	expect(left.sort()).toEqual([...wanted].map(([name, mine]) => `${name}: ${mine}`).sort());
	for (const edit of edits.filter(({ key }) => told.has(key))) {
		const decision = decisionOf(edit);
		const there = decision && (theirs.get(decision.id) as Record<string, unknown> | undefined);
		// Told of, but not asked: its task was deleted.
		if (decision && there) expect(decision.read(there), decision.name).not.toBe(decision.saw);
		else expect(server.rows.tasks.has(edit.saw?.id ?? "")).toBe(false);
	}

	// One state was read instead of 20,000 events, and hardly more requests were sent than there were edits.
	expect(server.asked["GET board"]).toBe(1);
	const writes = Object.entries(server.asked).flatMap(([what, count]) =>
		what.startsWith("GET") ? [] : [count],
	);
	const sent = writes.reduce((sum, count) => sum + count, 0);
	expect(sent / edits.length).toBeLessThan(1.5);
}, 120_000);

it("what others did costs little: a hundred times as much of it is not ten times the work", async () => {
	await week(300, 50, 200);
	kept.clear();
	const few = await week(3000, 300, 200);
	kept.clear();
	const many = await week(3000, 300, 20_000);
	expect(many.cost / few.cost).toBeLessThan(10);
}, 120_000);
