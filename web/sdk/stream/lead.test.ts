import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { canShare } from "./lead.ts";
import { Lease } from "./lease.ts";

/** What tabs of one browser share. */
function sharedStorage(): Storage {
	const items = new Map<string, string>();
	return {
		getItem: (key: string) => items.get(key) ?? null,
		setItem: (key: string, value: string) => void items.set(key, value),
		removeItem: (key: string) => void items.delete(key),
	} as unknown as Storage;
}

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal("localStorage", sharedStorage());
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** A tab that leads until it is told to end, or loses the lead. */
function tab(name = "board") {
	const done = new AbortController();
	const state = { leads: false, lost: 0 };
	const lease = new Lease(name);
	const lead = (steal = false) =>
		lease
			.hold({ signal: done.signal, steal }, async () => {
				state.leads = true;
				await new Promise(() => {});
			})
			.catch(() => {
				state.leads = false;
				state.lost += 1;
			});
	return { state, lead, end: () => done.abort(), done };
}

test("one of several tabs leads, and the next one when it ends", async () => {
	const tabs = [tab(), tab(), tab()];
	for (const one of tabs) void one.lead();
	await vi.advanceTimersByTimeAsync(30_000);
	const leading = () => tabs.filter(({ state }) => state.leads);
	expect(leading()).toHaveLength(1);
	const first = leading()[0];
	first?.end();
	await vi.advanceTimersByTimeAsync(1000);
	expect(leading()).toHaveLength(1);
	expect(leading()[0]).not.toBe(first);
});

test("a tab that is frozen loses the lead", async () => {
	const frozen = { tab: "frozen", until: Date.now() + 5000 };
	localStorage.setItem("lead:board", JSON.stringify(frozen));
	const other = tab();
	void other.lead();
	await vi.advanceTimersByTimeAsync(4000);
	expect(other.state.leads).toBe(false);
	await vi.advanceTimersByTimeAsync(2000);
	expect(other.state.leads).toBe(true);
});

test("the lead can be taken, and its holder is told", async () => {
	const [one, other] = [tab(), tab()];
	void one.lead();
	await vi.advanceTimersByTimeAsync(1000);
	void other.lead(true);
	await vi.advanceTimersByTimeAsync(3000);
	expect([one.state.leads, one.state.lost, other.state.leads]).toEqual([false, 1, true]);
});

test("a lease of a clock that was set back is none", async () => {
	localStorage.setItem("lead:board", JSON.stringify({ tab: "before", until: Date.now() + 3_600_000 }));
	const one = tab();
	void one.lead();
	await vi.advanceTimersByTimeAsync(1000);
	expect(one.state.leads).toBe(true);
});

test("different names have different leads", async () => {
	const [one, other] = [tab("a"), tab("b")];
	void one.lead();
	void other.lead();
	await vi.advanceTimersByTimeAsync(1000);
	expect([one.state.leads, other.state.leads]).toEqual([true, true]);
});

test("without storage and without locks tabs cannot share", () => {
	vi.stubGlobal("navigator", {});
	expect(canShare()).toBe(true);
	vi.stubGlobal("localStorage", undefined);
	expect(canShare()).toBe(false);
});
