import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchOrTake, forgetAsked } from "./asked-ahead";

const sent = vi.fn(async (address: string) => new Response(`sent ${address}`));
const asked = new Map<string, Promise<Response>>();

beforeEach(() => {
	asked.clear();
	sent.mockClear();
	vi.stubGlobal("fetch", sent);
	vi.stubGlobal("boardcastAsked", asked);
});
afterEach(() => vi.unstubAllGlobals());

const text = async (init: RequestInit = { method: "GET", headers: {} }) =>
	(await fetchOrTake("/session", init)).text();

test("an answer that was asked for ahead is used once", async () => {
	asked.set("/session", Promise.resolve(new Response("asked")));
	expect(await text()).toBe("asked");
	expect(await text()).toBe("sent /session");
});

test("a request with headers of its own is sent, and so is one that changes something", async () => {
	asked.set("/session", Promise.resolve(new Response("asked")));
	expect(await text({ method: "GET", headers: { "If-None-Match": '"1"' } })).toBe("sent /session");
	expect(await text({ method: "DELETE", headers: {} })).toBe("sent /session");
});

test("what was cut off, or refused for the moment, is asked for again", async () => {
	asked.set("/session", Promise.reject(new TypeError("cut")));
	expect(await text()).toBe("sent /session");
	asked.set("/session", Promise.resolve(new Response("busy", { status: 503 })));
	expect(await text()).toBe("sent /session");
});

test("that nobody is signed in is an answer", async () => {
	asked.set("/session", Promise.resolve(new Response("nobody", { status: 401 })));
	expect((await fetchOrTake("/session", {})).status).toBe(401);
	expect(sent).not.toHaveBeenCalled();
});

test("another user gets nothing that was asked for before", async () => {
	asked.set("/session", Promise.resolve(new Response("asked")));
	forgetAsked();
	expect(await text()).toBe("sent /session");
});
