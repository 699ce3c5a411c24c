import { afterEach, expect, it, vi } from "vitest";

const receive = vi.hoisted(() => ({
	loadProjects: vi.fn(),
	openStores: () => [],
	receiveEvent: vi.fn(),
	receiveHello: vi.fn(),
	receiveJoined: vi.fn(),
	receiveLeft: vi.fn(),
	receiveReset: vi.fn(),
}));
vi.mock("./projects", () => receive);

afterEach(() => vi.unstubAllGlobals());

it("what a reset leaves out in the middle of a stream is handed on at once, and counted", async () => {
	const { streamStats, onFrame, startStream, stopStream } = await import("./stream");
	const ok = { from: 3, head: 3, status: "ok" };
	const reset = { from: 3, head: 9, status: "reset", reason: "trimmed" };
	const frame = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
	const text =
		frame("hello", { epoch: "e", ping_ms: 15_000, projects: { p: ok } }) +
		frame("reset", { epoch: "e", projects: { p: reset } });
	const body = new ReadableStream({ start: (answer) => answer.enqueue(new TextEncoder().encode(text)) });
	vi.stubGlobal("navigator", { onLine: true });
	vi.stubGlobal("fetch", async () => new Response(body));
	const heard: string[] = [];
	onFrame(({ event }) => heard.push(event));

	startStream("alice", () => {});
	await vi.waitFor(() => expect(heard).toEqual(["hello", "reset"]));
	stopStream();
	expect(receive.receiveHello).toHaveBeenCalledExactlyOnceWith("e", { p: ok });
	expect(receive.receiveReset).toHaveBeenCalledExactlyOnceWith("e", { p: reset });
	expect(streamStats()).toMatchObject({ hellos: 1, resets: 1 });
});
