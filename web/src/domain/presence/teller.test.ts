import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Doing, Teller, type Told } from "./teller";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const at = (project: string, task: string | null = null, state: Doing["state"] = "viewing"): Doing => ({
	project,
	task,
	state,
});

function start() {
	const sent: Told[] = [];
	const teller = new Teller((what) => sent.push(what));
	const said = () => sent.splice(0).map(({ project, task, state }) => [project, task, state].join(" "));
	return { teller, said, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

it("tells what changes at once, and the last of many changes a second later", async () => {
	const { teller, said, pass } = start();
	teller.set(at("p"));
	await pass(0);
	expect(said()).toEqual(["p  viewing"]);
	for (const task of ["a", "b", "c"]) {
		await pass(100);
		teller.set(at("p", task));
	}
	await pass(699);
	expect(said()).toEqual([]);
	await pass(1);
	expect(said()).toEqual(["p c viewing"]);
	teller.set(at("p", "c", "editing"));
	teller.set(at("p", "c", "editing"));
	await pass(1000);
	expect(said()).toEqual(["p c editing"]);
});

it("says every 20 seconds that it is still there, and nothing while it is hidden", async () => {
	const { teller, said, pass } = start();
	teller.set(at("p"));
	await pass(60_000);
	expect(said()).toHaveLength(4);
	teller.show(false);
	teller.set(at("p", "a"));
	await pass(120_000);
	expect(said()).toEqual([]);
	teller.show(true);
	await pass(0);
	expect(said()).toEqual(["p a viewing"]);
});

it("leaves a project for another one, and for none", async () => {
	const { teller, said, pass } = start();
	teller.set(at("p", "a", "editing"));
	await pass(2000);
	teller.set(at("q"));
	await pass(2000);
	expect(said()).toEqual(["p a editing", "p  left", "q  viewing"]);
	teller.set(undefined);
	await pass(60_000);
	expect(said()).toEqual(["q  left"]);
});

it("leaves when the page goes, once", async () => {
	const { teller, said, pass } = start();
	teller.leave();
	teller.set(at("p"));
	await pass(0);
	teller.leave();
	teller.leave();
	await pass(60_000);
	expect(said()).toEqual(["p  viewing", "p  left"]);
});
