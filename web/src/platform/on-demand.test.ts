import { beforeEach, expect, it, vi } from "vitest";
import { common } from "./i18n/common";
import { onDemand } from "./on-demand";
import { toasts } from "./toasts";

beforeEach(() => {
	toasts.value = [];
	vi.unstubAllGlobals();
	vi.stubGlobal("navigator", { onLine: true });
	vi.stubGlobal("fetch", () => Promise.reject(new Error("no server")));
});

it("acts when the module has come, and at once from then on", async () => {
	const load = vi.fn(async () => ({ say: (word: string) => said.push(word) }));
	const said: string[] = [];
	const module = onDemand(load);
	const first = module.use(({ say }) => say("first"));
	expect(said).toEqual([]);
	await first;
	module.use(({ say }) => say("second"));
	expect(said).toEqual(["first", "second"]);
	expect(load).toHaveBeenCalledTimes(1);
});

it("does what was asked for meanwhile in its order, however long each download would take", async () => {
	const waits: (() => void)[] = [];
	const module = onDemand(async () => {
		await new Promise<void>((come) => waits.push(come));
		return { say: (word: string) => said.push(word) };
	});
	const said: string[] = [];
	const all = ["first", "second", "third"].map((word) => module.use(({ say }) => say(word)));
	for (const come of waits.toReversed()) come();
	await Promise.all(all);
	expect(said).toEqual(["first", "second", "third"]);
});

it("says that the module did not come, and asks for it again at the next use", async () => {
	let isThere = false;
	const module = onDemand(async () => {
		if (!isThere) throw new Error("offline");
		return { done: true };
	});
	module.preload();
	await module.use(() => expect.unreachable());
	expect(toasts.value.map(({ text }) => text)).toEqual([common.couldNotLoad]);
	isThere = true;
	const acted = vi.fn();
	await module.use(acted);
	expect(acted).toHaveBeenCalledWith({ done: true });
});

it("waits for the network without one, and then does what was asked for", async () => {
	vi.stubGlobal("navigator", { onLine: false });
	const wakes: (() => void)[] = [];
	vi.stubGlobal("addEventListener", (_: string, wake: () => void) => wakes.push(wake));
	const module = onDemand(async () => {
		if (!navigator.onLine) throw new Error("offline");
		return { done: true };
	});
	const acted = vi.fn();
	const use = module.use(acted);
	await vi.waitFor(() => expect(wakes).toHaveLength(1));
	expect(acted).not.toHaveBeenCalled();
	expect(toasts.value.map(({ text }) => text)).toEqual([common.doneOnline]);
	vi.stubGlobal("navigator", { onLine: true });
	wakes[0]?.();
	await use;
	expect(acted).toHaveBeenCalledWith({ done: true });
});
