import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../api/problem.ts";
import type { ProjectEvent, Snapshot, Task } from "../api/types.ts";
import { debug } from "../debug.ts";
import { event, snapshot, task } from "../testing/samples.ts";
import { type Client, createClient } from "./client.ts";
import { ResetError } from "./follow.ts";
import { nothingYet, tasksOf } from "./state.ts";

type Sent = { method: string; path: string; headers: Record<string, string>; body: unknown };
type Answer = () => Response | Promise<Response>;

/** A server that has what a test gives it, and writes down what it was asked. */
class FakeServer {
	board: Snapshot = { ...snapshot(4, [task("t1"), task("t2", { position: "b" })]), cursor: "e1.4.c4" };
	log: ProjectEvent[] = [];
	readonly sent: Sent[] = [];
	/** Answers that come before the ordinary ones, by method and the end of the path. */
	readonly instead: [string, Answer][] = [];
	#streams: ReadableStreamDefaultController<Uint8Array>[] = [];

	readonly fetch = async (address: string, init: RequestInit): Promise<Response> => {
		const { pathname } = new URL(address);
		const headers = init.headers as Record<string, string>;
		const method = init.method ?? "GET";
		const path = pathname.replace("/api/v1", "");
		const stream = headers["Accept"] === "text/event-stream";
		this.sent.push({ method, path, headers, body: init.body ? JSON.parse(String(init.body)) : undefined });
		const what = `${stream ? "STREAM" : method} ${path}`;
		const at = this.instead.findIndex(([when]) => what.endsWith(when) || what.startsWith(when));
		const [[, answer] = []] = at < 0 ? [] : this.instead.splice(at, 1);
		if (answer) return answer();
		if (stream) return this.#stream(init.signal);
		if (path.endsWith("/board")) return json(200, this.board);
		if (path.endsWith("/events")) {
			const query = new URL(address).searchParams;
			const after = Number(query.get("after") ?? query.get("cursor")?.split(".")[1]);
			const items = this.log.filter(({ seq }) => seq > after);
			return json(200, { items, epoch: "e1", head: this.log.at(-1)?.seq ?? after, next_cursor: null });
		}
		return json(404, { code: "not_found" });
	};

	asked(method: string, end: string): Sent[] {
		return this.sent.filter((one) => one.method === method && one.path.endsWith(end));
	}

	get streams(): number {
		return this.#streams.length;
	}

	say(name: string, data: object, id?: string): void {
		const text = `${id ? `id: ${id}\n` : ""}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
		for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(text));
	}

	hello(standing: object = { from: 4, head: 4, chain: "c4", status: "ok" }, epoch = "e1"): void {
		this.say("hello", { epoch, ping_ms: 15_000, projects: { p: standing } });
	}

	event(one: ProjectEvent): void {
		this.log.push(one);
		this.say(one.type, one, `e1.${one.seq}.c${one.seq}`);
	}

	cut(): void {
		for (const stream of this.#streams.splice(0)) stream.error(new TypeError("cut"));
	}

	#stream(signal: AbortSignal | null | undefined): Response {
		let own: ReadableStreamDefaultController<Uint8Array>;
		const body = new ReadableStream<Uint8Array>({
			start: (controller) => {
				own = controller;
				this.#streams.push(controller);
			},
		});
		signal?.addEventListener("abort", () => {
			const at = this.#streams.indexOf(own);
			if (at < 0) return;
			this.#streams.splice(at, 1);
			own.error(new DOMException("aborted", "AbortError"));
		});
		return new Response(body, { status: 200, headers: { "Content-Type": "text/event-stream" } });
	}
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
	return new Response(JSON.stringify(body), { status, headers });
}

let server: FakeServer;
let client: Client;
beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
	server = new FakeServer();
	client = createClient({ url: "https://boards.example.org/", token: "bc_1", fetch: server.fetch });
});
afterEach(() => {
	client.close();
	vi.useRealTimers();
});

/** Lets everything happen that waits for no clock. */
async function settle(ms = 0): Promise<void> {
	for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
	if (ms > 0) {
		await vi.advanceTimersByTimeAsync(ms);
		await settle();
	}
}

async function opened() {
	const live = client.project("p");
	const told = vi.fn();
	live.subscribe(told);
	await settle();
	server.hello();
	await settle();
	return { live, told };
}
const titles = (tasks: readonly Task[]) => tasks.map(({ title }) => title);

describe("a live project", () => {
	test("is read once and follows the events; nothing is asked for before", async () => {
		expect(server.sent).toEqual([]);
		const { live, told } = await opened();
		expect(live.state).toMatchObject({ status: "ready", applied: 4 });
		const before = live.state;
		told.mockClear();
		server.event(event(5, { id: "t1", title: "renamed" }));
		await settle();
		expect(titles(live.state.tasks)).toEqual(["renamed", "t2"]);
		expect(before.tasks[0]?.title).toBe("t1");
		expect(live.state.columns).toBe(before.columns);
		expect(told).toHaveBeenCalledTimes(1);
		expect(server.asked("GET", "/board")).toHaveLength(1);
		expect(server.sent.every(({ headers }) => headers["Authorization"] === "Bearer bc_1")).toBe(true);
	});

	test("goes on after a cut from the cursor, and tells each event once", async () => {
		const { live } = await opened();
		const seen: number[] = [];
		live.onEvent(({ seq }) => seen.push(seq));
		server.event(event(5, { id: "t1" }));
		await settle();
		server.cut();
		await settle(5000);
		const streams = server.sent.filter(({ headers }) => headers["Accept"] === "text/event-stream");
		expect(streams.map(({ headers }) => headers["Last-Event-ID"])).toEqual([undefined, "e1.5.c5"]);
		server.hello({ from: 5, head: 5, chain: "c5", status: "ok" });
		server.event(event(5, { id: "t1" }));
		server.event(event(6, { id: "t1" }));
		await settle();
		expect(seen).toEqual([5, 6]);
	});

	test("reads a gap from the log, also when the first attempt fails", async () => {
		const { live } = await opened();
		server.instead.push([
			"GET /projects/p/events",
			() => json(429, { code: "rate_limited" }, { "Retry-After": "7" }),
		]);
		server.log.push(event(5, { id: "t1", title: "five" }));
		server.event(event(6, { id: "t2", title: "six" }));
		await settle();
		expect(live.state.applied).toBe(4);
		await settle(6900);
		expect(live.state.applied).toBe(4);
		await settle(2000);
		expect(live.state.applied).toBe(6);
		expect(titles(live.state.tasks)).toEqual(["five", "six"]);
	});

	test("is read anew after a reset, and says so", async () => {
		const live = client.project("p");
		const reset = vi.fn();
		live.onEvent(() => {}, reset);
		await settle();
		server.hello();
		await settle();
		expect(live.state.status).toBe("ready");
		expect(reset).not.toHaveBeenCalled();
		server.board = { ...snapshot(900, [task("t9")], "e2"), cursor: "e2.900.x" };
		server.cut();
		await settle(5000);
		server.hello({ from: 4, head: 900, chain: "x", status: "reset", reason: "epoch" }, "e2");
		await settle();
		expect(live.state.applied).toBe(900);
		expect(titles(live.state.tasks)).toEqual(["t9"]);
		expect(reset).toHaveBeenCalledTimes(1);
	});

	test("is gone when one is removed, and there again when one comes back", async () => {
		const { live } = await opened();
		server.say("left", { project: "p", reason: "removed" });
		await settle();
		expect(live.state).toMatchObject({ status: "gone", tasks: [], project: undefined });
		await expect(live.ready()).rejects.toMatchObject({ status: 404 });
		server.say("joined", { project: "p", from: 4, head: 4, chain: "c4", status: "ok" });
		await settle();
		expect(live.state.status).toBe("ready");
		expect(live.state.tasks).toHaveLength(2);
	});

	test("notices on the next hello that one was removed while there was no stream", async () => {
		const { live } = await opened();
		server.cut();
		await settle(5000);
		server.instead.push(["GET /projects/p/events", () => json(404, { code: "not_found" })]);
		server.say("hello", { epoch: "e1", ping_ms: 15_000, projects: {} });
		await settle();
		expect(live.state.status).toBe("gone");
	});

	test("waits where the server is busy, and gives up where the token is not valid", async () => {
		server.instead.push(["/board", () => json(503, { code: "unavailable" }, { "Retry-After": "3" })]);
		const live = client.project("p");
		const ready = live.ready();
		await settle();
		expect(live.state.status).toBe("failed");
		await settle(4000);
		expect((await ready).tasks).toHaveLength(2);
		client.close();

		const revoked = createClient({ url: "https://boards.example.org", token: "bc_2", fetch: server.fetch });
		server.instead.push(["/board", () => json(401, { code: "unauthenticated" })]);
		await expect(revoked.project("p").ready()).rejects.toMatchObject({ status: 401 });
		expect(revoked.state).toEqual({ state: "signed_out" });
		const asked = server.sent.length;
		await settle(120_000);
		expect(server.sent).toHaveLength(asked);
	});

	test("is no longer followed a while after its last listener, and read anew for the next", async () => {
		const live = client.project("p");
		const stop = live.subscribe(() => {});
		await settle();
		server.hello();
		stop();
		stop();
		const again = live.subscribe(() => {});
		await settle(10_000);
		expect(live.state.status).toBe("ready");
		again();
		await settle(10_000);
		expect(live.state).toBe(nothingYet);
		expect(client.state).toEqual({ state: "idle" });
		expect(server.streams).toBe(0);
		live.subscribe(() => {});
		await settle();
		expect(live.state.status).toBe("ready");
	});
});

describe("an edit", () => {
	test("is shown at once, and dropped for what the server made of it", async () => {
		const { live } = await opened();
		let answer: (response: Response) => void = () => {};
		server.instead.push(["PATCH /projects/p/tasks/t1", () => new Promise((done) => (answer = done))]);
		const edit = live.updateTask("t1", { title: "mine", description: "long" });
		expect(titles(live.state.tasks)).toEqual(["mine", "t2"]);
		expect(live.state.unconfirmed).toBe(1);
		await settle();
		const [sent] = server.asked("PATCH", "/tasks/t1");
		expect(sent?.headers["If-Match"]).toBe('"1"');
		// Another person's edit of another field stays below it.
		server.event(event(5, { id: "t1", title: "theirs", priority: "high" }));
		await settle();
		expect(live.state.tasks[0]).toMatchObject({ title: "mine", priority: "high" });
		server.event(event(6, { id: "t1", title: "Mine" }, sent?.headers["Idempotency-Key"]));
		await settle();
		expect(live.state).toMatchObject({ unconfirmed: 0 });
		expect(live.state.tasks[0]?.title).toBe("Mine");
		answer(json(200, { ...task("t1"), version: 6 }));
		expect((await edit).version).toBe(6);
	});

	test("is taken back when it is refused", async () => {
		const { live } = await opened();
		const refusal = { code: "version_conflict", conflicts: ["title"], current: task("t1") };
		server.instead.push(["PATCH /projects/p/tasks/t1", () => json(412, refusal)]);
		const edit = live.updateTask("t1", { title: "mine" });
		await expect(edit).rejects.toMatchObject({ status: 412, conflicts: ["title"] });
		expect(titles(live.state.tasks)).toEqual(["t1", "t2"]);
		expect(live.state.unconfirmed).toBe(0);
	});

	test("is sent again with the same key until it is answered", async () => {
		const { live } = await opened();
		const path = "DELETE /projects/p/tasks/t1";
		server.instead.push([path, () => Promise.reject(new TypeError("no network"))]);
		server.instead.push([path, () => json(429, { code: "rate_limited" }, { "Retry-After": "2" })]);
		server.instead.push([path, () => new Response(null, { status: 204 })]);
		const edit = live.deleteTask("t1");
		expect(titles(live.state.tasks)).toEqual(["t2"]);
		await settle(600);
		await settle(5000);
		await edit;
		const keys = server.asked("DELETE", "/tasks/t1").map(({ headers }) => headers["Idempotency-Key"]);
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(1);
	});

	test("that waits to be sent again ends with its client", async () => {
		const { live } = await opened();
		server.instead.push(["DELETE /projects/p/tasks/t1", () => json(503, {}, { "Retry-After": "60" })]);
		const edit = live.deleteTask("t1");
		edit.catch(() => {});
		await settle(1000);
		client.close();
		await expect(edit).rejects.toMatchObject({ status: 503 });
		await settle(120_000);
		expect(server.asked("DELETE", "/tasks/t1")).toHaveLength(1);
	});

	test("whose event does not come is read from the log", async () => {
		const { live } = await opened();
		server.instead.push([
			"PUT /projects/p/tasks/t1/completion",
			() => json(200, { ...task("t1"), version: 5 }),
		]);
		await live.completeTask("t1");
		expect(live.state.tasks[0]?.completed_at).not.toBeNull();
		const key = server.asked("PUT", "/completion")[0]?.headers["Idempotency-Key"];
		server.log.push(event(5, { id: "t1", completed_at: "2026-12-01T09:00:00.000Z" }, key));
		await settle(3500);
		expect(live.state).toMatchObject({ unconfirmed: 0, applied: 5 });
		expect(live.state.tasks[0]?.completed_at).toBe("2026-12-01T09:00:00.000Z");
	});

	test("that creates shows its task at the end of the column until the server's comes", async () => {
		const { live } = await opened();
		server.instead.push([
			"POST /projects/p/tasks",
			() => json(201, task("t3", { title: "new", version: 5 })),
		]);
		const edit = live.createTask({ title: "new", column_id: "c1" });
		expect(titles(live.state.tasks)).toEqual(["t1", "t2", "new"]);
		expect(live.state.tasks[2]?.version).toBe(0);
		await edit;
		const key = server.asked("POST", "/tasks")[0]?.headers["Idempotency-Key"];
		server.event(event(5, task("t3", { title: "new", position: "c" }), key));
		await settle();
		expect(live.state.tasks.map(({ id }) => id)).toEqual(["t1", "t2", "t3"]);
	});

	test("moves a task next to another, or to an end", async () => {
		const { live } = await opened();
		const still = () => new Promise<Response>(() => {});
		server.instead.push(["PUT /projects/p/tasks/t1/position", still]);
		void live.moveTask("t1", { column_id: "c1", after: "t2" }).catch(() => {});
		expect(titles(live.state.tasks)).toEqual(["t2", "t1"]);
		server.instead.push(["PUT /projects/p/tasks/t1/position", still]);
		void live.moveTask("t1", { column_id: "c1", after: null }).catch(() => {});
		expect(titles(live.state.tasks)).toEqual(["t1", "t2"]);
		server.instead.push(["PUT /projects/p/tasks/t1/position", still]);
		void live.moveTask("t1", { column_id: "c2", before: null }).catch(() => {});
		expect(titles(tasksOf(live.state, { column: "c2" }))).toEqual(["t1"]);
	});
});

describe("following a log", () => {
	const read = async (options: { cursor?: string } = {}, most = 99) => {
		const found: { seq: number; cursor: string }[] = [];
		const ended = new AbortController();
		const done = (async () => {
			for await (const { event: one, cursor } of client.follow("p", { ...options, signal: ended.signal })) {
				found.push({ seq: one.seq, cursor });
				if (found.length === most) break;
			}
		})();
		done.catch(() => {});
		await settle();
		return { found, done, end: () => ended.abort() };
	};

	test("goes on behind a stored cursor, over cuts, repetitions and gaps", async () => {
		const { found, done, end } = await read({ cursor: "e1.4.c4" });
		expect(server.sent[0]?.headers["Last-Event-ID"]).toBe("e1.4.c4");
		server.hello();
		server.event({ ...event(5, { id: "t1" }), chain: "c5" });
		await settle();
		server.cut();
		await settle(5000);
		expect(server.sent.at(-1)?.headers["Last-Event-ID"]).toBe("e1.5.c5");
		server.hello({ from: 5, head: 5, chain: "c5", status: "ok" });
		server.event({ ...event(5, { id: "t1" }), chain: "c5" });
		server.log.push({ ...event(6, { id: "t1" }), chain: "c6" });
		server.event({ ...event(7, { id: "t1" }), chain: "c7" });
		await settle();
		expect(found.map(({ seq }) => seq)).toEqual([5, 6, 7]);
		expect(found.at(-1)?.cursor).toBe("e1.7.c7");
		end();
		await done;
		expect(server.streams).toBe(0);
	});

	test("without a cursor begins now, and goes on from there after a cut before the first event", async () => {
		const { found, end } = await read();
		server.hello();
		await settle();
		server.cut();
		await settle(5000);
		expect(server.sent.at(-1)?.headers["Last-Event-ID"]).toBe("e1.4.c4");
		server.hello();
		server.event(event(5, { id: "t1" }));
		await settle();
		expect(found.map(({ seq }) => seq)).toEqual([5]);
		end();
	});

	test("ends with a reset that says from where to go on", async () => {
		const { done } = await read({ cursor: "e1.4.c4" });
		server.hello({ from: 4, head: 900, chain: "c900", status: "reset", reason: "trimmed" });
		await expect(done).rejects.toBeInstanceOf(ResetError);
		await expect(done).rejects.toMatchObject({ reason: "trimmed", cursor: "e1.900.c900" });
	});

	test.each([
		[401, "unauthenticated"],
		[404, "not_found"],
		[403, "bad_request"],
	])("ends with %i, and does not ask again", async (status, code) => {
		server.instead.push(["STREAM", () => json(status, {})]);
		const { done } = await read();
		await expect(done).rejects.toMatchObject({ status, code });
		await settle(120_000);
		expect(server.sent).toHaveLength(1);
	});

	test("ends when one is removed", async () => {
		const { done } = await read();
		server.hello();
		server.say("left", { project: "p", reason: "removed" });
		await expect(done).rejects.toBeInstanceOf(Problem);
	});

	test.each([429, 503])("comes back after %i, not before the server asked for it", async (status) => {
		server.instead.push(["STREAM", () => json(status, {}, { "Retry-After": "20" })]);
		const { end } = await read();
		await settle(19_000);
		expect(server.sent).toHaveLength(1);
		await settle(4000);
		expect(server.sent).toHaveLength(2);
		end();
	});

	test("of a slow reader leaves the stream, and loses nothing", async () => {
		const events = client.follow("p", { cursor: "e1.4.c4" });
		const first = events.next();
		await settle();
		server.hello();
		for (let seq = 5; seq < 1105; seq++) server.event(event(seq, { id: "t1" }));
		await settle();
		expect(server.streams).toBe(0);
		let seq = (await first).value?.event.seq ?? 0;
		expect(seq).toBe(5);
		const left = async () => {
			while (seq < 1104) {
				const { value } = await events.next();
				expect(value?.event.seq).toBe(seq + 1);
				seq = value?.event.seq ?? 0;
			}
		};
		const reading = left();
		await settle();
		const from = server.sent.at(-1)?.headers["Last-Event-ID"] ?? "";
		server.hello({ from: Number(from.split(".")[1]), head: 1104, status: "ok" });
		for (const one of server.log.filter((known) => known.seq > Number(from.split(".")[1]))) {
			server.say(one.type, one, `e1.${one.seq}.c`);
		}
		await reading;
		await events.return();
	});
});

test("debug tells what a stream does, and none of the texts", async () => {
	const lines: string[] = [];
	const stop = debug(client, (line) => lines.push(line));
	await opened();
	server.event(event(5, { id: "t1", title: "secret" }));
	server.event(event(7, { id: "t1" }));
	server.event(event(7, { id: "t1" }));
	server.say("bye", { reason: "deploy" });
	await settle();
	stop();
	const text = lines.join("\n");
	for (const part of [
		"connecting",
		"hello",
		"live",
		"seq=5",
		"GAP behind 5",
		"REPEATED",
		'{"reason":"deploy"}',
	])
		expect(text).toContain(part);
	expect(text).not.toContain("secret");
});
