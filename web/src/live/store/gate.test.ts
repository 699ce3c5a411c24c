import { Problem } from "boardcast";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endOperations, gate, Outbox } from "./operations";

/** What was asked of the server, in its order; the server is down until it is up. */
const arrived: string[] = [];
let isUp = false;
let busy: Problem | undefined;
const failed: string[] = [];

const outbox = () =>
	new Outbox("p", { answered: () => {}, failed: (operation) => failed.push(operation.failure()) });

function edit(name: string, lane?: string) {
	return {
		effect: () => ({}),
		failure: () => name,
		...(lane === undefined ? {} : { lane }),
		send: async () => {
			if (busy) throw busy;
			if (!isUp) throw Problem.offline();
			arrived.push(name);
			return {};
		},
	};
}

beforeEach(() => {
	vi.useFakeTimers();
	[arrived.length, failed.length, isUp, busy] = [0, 0, false, undefined];
});
afterEach(() => {
	endOperations();
	vi.useRealTimers();
});

describe("edits that wait", () => {
	it("are counted one by one, whatever lanes they are in", async () => {
		const box = outbox();
		for (const name of ["a", "b"]) box.post(edit(name, "one lane"));
		box.post(edit("c", "another"));
		await vi.advanceTimersByTimeAsync(0);
		expect(gate.waiting.value).toBe(3);
		isUp = true;
		gate.retry();
		await vi.advanceTimersByTimeAsync(10);
		expect([gate.waiting.value, arrived]).toEqual([0, ["a", "b", "c"]]);
	});

	it("are not counted while the server answers", async () => {
		isUp = true;
		outbox().post(edit("a"));
		expect(gate.waiting.value).toBe(0);
		await vi.advanceTimersByTimeAsync(0);
		expect(arrived).toEqual(["a"]);
	});

	it("are sent in the order in which they were made, across lanes and projects", async () => {
		const [box, other] = [outbox(), outbox()];
		for (const [index, name] of [..."abcdefgh"].entries()) {
			(index % 3 === 0 ? other : box).post(edit(name, `lane ${index % 2}`));
			await vi.advanceTimersByTimeAsync(100);
		}
		isUp = true;
		await vi.advanceTimersByTimeAsync(40_000);
		expect(arrived.join("")).toBe("abcdefgh");
	});

	it("ask again with one request only, and less and less often", async () => {
		const box = outbox();
		const asked = vi.fn(() => Promise.reject(Problem.offline()));
		for (let lane = 0; lane < 50; lane++) box.post({ ...edit("x", String(lane)), send: asked });
		await vi.advanceTimersByTimeAsync(0);
		asked.mockClear();
		await vi.advanceTimersByTimeAsync(15_500);
		expect(asked.mock.calls.length).toBeLessThanOrEqual(5);
	});

	it("wait for hours, and are never given up", async () => {
		outbox().post(edit("a"));
		await vi.advanceTimersByTimeAsync(4 * 3_600_000);
		expect([gate.waiting.value, failed]).toEqual([1, []]);
		isUp = true;
		await vi.advanceTimersByTimeAsync(30_000);
		expect(arrived).toEqual(["a"]);
	});

	it("wait for a proxy that does not reach the server, as long as it takes", async () => {
		busy = new Problem(502, {});
		outbox().post(edit("a"));
		await vi.advanceTimersByTimeAsync(3_600_000);
		expect(failed).toEqual([]);
	});

	it("are given up when the server refuses them again and again", async () => {
		busy = new Problem(503, { code: "unavailable" });
		outbox().post(edit("a"));
		await vi.advanceTimersByTimeAsync(3_600_000);
		expect([failed, gate.waiting.value]).toEqual([["a"], 0]);
	});

	it("that create something are not sent again once the server has forgotten their key", async () => {
		const request = { method: "POST" as const, path: "/tasks" };
		const stored = { request, change: {}, failure: "a" };
		outbox().post({ ...edit("a"), stored });
		outbox().post({ ...edit("b"), stored: { ...stored, request: { ...request, method: "PATCH" as const } } });
		await vi.advanceTimersByTimeAsync(3_600_000);
		vi.setSystemTime(Date.now() + 48 * 3_600_000);
		isUp = true;
		await vi.advanceTimersByTimeAsync(60_000);
		expect([arrived, failed]).toEqual([["b"], ["a"]]);
	});

	it("are not sent after the session has ended", async () => {
		outbox().post(edit("a"));
		await vi.advanceTimersByTimeAsync(0);
		endOperations();
		isUp = true;
		await vi.advanceTimersByTimeAsync(60_000);
		expect([arrived, failed, gate.waiting.value]).toEqual([[], [], 0]);
	});
});
