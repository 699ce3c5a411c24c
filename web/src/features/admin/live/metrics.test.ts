import type { Metrics } from "boardcast";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveMetrics } from "./metrics";

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-30T10:00:00Z") }));
afterEach(() => vi.useRealTimers());

const sample = (at: string, people_online = 1): Partial<Metrics> => ({ at, people_online });
const frame = (metrics: Partial<Metrics>) => `event: metrics\ndata: ${JSON.stringify(metrics)}\n\n`;

/** A server whose streams are written by hand. */
function server() {
	const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
	const answers: Response[] = [];
	const live = new LiveMetrics(async (_, { signal }) => {
		const refusal = answers.shift();
		if (refusal) return refusal;
		const body = new ReadableStream<Uint8Array>({
			start: (controller) => {
				streams.push(controller);
				signal?.addEventListener("abort", () => {
					try {
						controller.error(new DOMException("", "AbortError"));
					} catch {
						// It was closed before.
					}
				});
			},
		});
		return new Response(body);
	});
	const say = async (text: string) => {
		streams.at(-1)?.enqueue(new TextEncoder().encode(text));
		await vi.advanceTimersByTimeAsync(1);
	};
	return { live, streams, answers, say };
}

it("keeps the samples of ten minutes, each once", async () => {
	const { live, say } = server();
	const stop = live.start();
	await vi.advanceTimersByTimeAsync(1);
	await say(frame(sample("2026-11-30T09:50:00.000Z", 1)) + frame(sample("2026-11-30T09:55:00.000Z", 2)));
	await say(frame(sample("2026-11-30T09:55:00.000Z", 3)));
	expect(live.samples.value.map((one) => one.people_online)).toEqual([1, 3]);
	await say(frame(sample("2026-11-30T10:00:05.000Z", 4)));
	expect(live.samples.value.map((one) => one.people_online)).toEqual([3, 4]);
	expect(live.state.value).toEqual({ state: "live" });
	stop();
});

it("says that the stream is broken, since when, and goes on by itself", async () => {
	const { live, say, streams } = server();
	const stop = live.start();
	await vi.advanceTimersByTimeAsync(1);
	await say(frame(sample("2026-11-30T10:00:00.000Z")));
	streams[0]?.close();
	await vi.advanceTimersByTimeAsync(1);
	expect(live.state.value).toMatchObject({ state: "broken" });
	await vi.advanceTimersByTimeAsync(3000);
	expect(streams).toHaveLength(2);
	// Connected is not enough: it has to say something.
	expect(live.state.value).toMatchObject({ state: "broken" });
	await say(frame(sample("2026-11-30T10:00:05.000Z")));
	expect([live.state.value.state, live.samples.value.length]).toEqual(["live", 2]);
	stop();
});

it("takes a silent stream for a broken one", async () => {
	const { live, streams } = server();
	const stop = live.start();
	await vi.advanceTimersByTimeAsync(15_001);
	expect(live.state.value).toMatchObject({ state: "broken" });
	void live.retry();
	await vi.advanceTimersByTimeAsync(1);
	expect(streams).toHaveLength(2);
	stop();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(streams).toHaveLength(2);
});

it("asks no more where it may not", async () => {
	const { live, answers, streams } = server();
	answers.push(new Response(JSON.stringify({ code: "forbidden" }), { status: 403 }));
	const stop = live.start();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(live.state.value).toMatchObject({ state: "refused", problem: { code: "forbidden" } });
	expect(streams).toHaveLength(0);
	void live.retry();
	await vi.advanceTimersByTimeAsync(1);
	expect(streams).toHaveLength(1);
	stop();
});
