import { Problem } from "boardcast";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ReportFeed } from "./feed";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** A feed whose answers are given by hand. */
function start() {
	const asked: { of: string; answer: (report: string) => void; refuse: (problem: Problem) => void }[] = [];
	const feed = new ReportFeed<string, string>(
		(of) => new Promise((answer, refuse) => asked.push({ of, answer, refuse })),
	);
	return { feed, asked };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

it("keeps what it has until the next answer, and drops the one to an earlier question", async () => {
	const { feed, asked } = start();
	feed.ask("month");
	asked[0]?.answer("a");
	await settle();
	expect(feed.found.value).toEqual({ asked: "month", report: "a" });
	feed.ask("week");
	feed.ask("quarter");
	expect([feed.found.value?.report, feed.isReading.value]).toEqual(["a", true]);
	asked[2]?.answer("c");
	await settle();
	asked[1]?.answer("b");
	await settle();
	expect(feed.found.value).toEqual({ asked: "quarter", report: "c" });
	expect(feed.isReading.value).toBe(false);
});

it("reads once for all events of a burst, and no more after its end", async () => {
	const { feed, asked } = start();
	feed.ask("month");
	for (let turn = 0; turn < 20; turn++) feed.tell();
	await vi.advanceTimersByTimeAsync(1500);
	expect(asked).toHaveLength(2);
	feed.tell();
	feed.stop();
	await vi.advanceTimersByTimeAsync(5000);
	expect(asked).toHaveLength(2);
});

it("waits while the page is hidden", async () => {
	const { feed, asked } = start();
	feed.ask("month");
	vi.stubGlobal("document", { hidden: true });
	feed.tell();
	await vi.advanceTimersByTimeAsync(5000);
	feed.seen();
	expect(asked).toHaveLength(1);
	vi.stubGlobal("document", { hidden: false });
	feed.seen();
	feed.seen();
	expect(asked).toHaveLength(2);
});

it("says why it could not be read, and goes on with the next answer", async () => {
	const { feed, asked } = start();
	feed.ask("month");
	asked[0]?.refuse(new Problem(503, { code: "unavailable" }));
	await settle();
	expect([feed.found.value, feed.problem.value?.code]).toEqual([undefined, "unavailable"]);
	void feed.refresh();
	asked[1]?.answer("a");
	await settle();
	expect([feed.found.value?.report, feed.problem.value]).toEqual(["a", null]);
});
