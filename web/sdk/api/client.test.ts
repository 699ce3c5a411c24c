import { afterEach, expect, it, vi } from "vitest";
import { body, createApi } from "./client.ts";
import { Problem } from "./problem.ts";

interface Sent {
	address: string;
	init: RequestInit & { headers: Record<string, string> };
}

/** A client whose requests get `answer`, and the requests that it has sent. */
function start(answer: () => Response | Promise<Response>, options = {}) {
	const sent: Sent[] = [];
	vi.stubGlobal("fetch", async (address: string, init: Sent["init"]) => {
		sent.push({ address, init });
		return answer();
	});
	return { api: createApi({ baseUrl: "/api/v1", ...options }), sent };
}
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const project = { path: { project: "a/b" } };

afterEach(() => vi.unstubAllGlobals());

it("fills in the path and the query", async () => {
	const { api, sent } = start(() => json({ items: [] }));
	await api.GET("/projects/{project}/events", { params: { ...project, query: { after: 3, limit: 200 } } });
	expect(sent[0]?.address).toBe("/api/v1/projects/a%2Fb/events?after=3&limit=200");
	expect(sent[0]?.init.headers).toEqual({});
});

it("sends a key with each request that changes something, and the token", async () => {
	const { api, sent } = start(() => json({ name: "Launch" }, 201), { token: "secret" });
	const fields = { name: "Launch", template: "empty" as const };
	expect(await body(api.POST("/projects", { body: fields }))).toEqual({ name: "Launch" });
	expect(sent[0]?.init).toMatchObject({
		method: "POST",
		body: JSON.stringify(fields),
		headers: { Authorization: "Bearer secret", "Content-Type": "application/json" },
	});
	expect(sent[0]?.init.headers["Idempotency-Key"]).toMatch(/^[0-9a-f]{32}$/);
	await api.POST("/projects", { body: fields, headers: { "Idempotency-Key": "mine" } });
	expect(sent[1]?.init.headers["Idempotency-Key"]).toBe("mine");
});

it("has no data where the answer has no body", async () => {
	const { api } = start(() => new Response(null, { status: 204 }));
	expect((await api.DELETE("/session")).data).toBeUndefined();
});

it("throws what the server refuses as a problem, and says when the session has ended", async () => {
	const signedOut = vi.fn();
	const { api } = start(() => json({ code: "unauthenticated" }, 401), { signedOut });
	await expect(api.POST("/session", { body: { email: "a@b", password: "x" } })).rejects.toMatchObject({
		status: 401,
		code: "unauthenticated",
	});
	expect(signedOut).not.toHaveBeenCalled();
	await expect(api.GET("/me")).rejects.toBeInstanceOf(Problem);
	expect(signedOut).toHaveBeenCalledOnce();
});

it("is offline when there is no answer, or one that no server of this kind gives", async () => {
	const lost = start(() => Promise.reject(new TypeError("fetch failed")));
	await expect(lost.api.GET("/me")).rejects.toMatchObject({ code: "offline", retryable: true });
	const page = start(() => new Response("<html>Sign in to this network</html>"));
	await expect(page.api.GET("/me")).rejects.toMatchObject({ code: "offline" });
});

it("sends what `resolve` makes of the path and the body", async () => {
	const resolve = async <T>(value: T): Promise<T> =>
		JSON.parse((JSON.stringify(value) ?? "null").replaceAll("new", "real"));
	const { api, sent } = start(() => json({}), { resolve });
	const place = { column_id: "new-column", after: null };
	await api.PUT("/projects/{project}/tasks/{task}/position", {
		params: { path: { project: "p", task: "new-task" } },
		body: place,
	});
	expect(sent[0]?.address).toBe("/api/v1/projects/p/tasks/real-task/position");
	expect(sent[0]?.init.body).toBe('{"column_id":"real-column","after":null}');
});

it("knows the paths, the bodies and the answers", () => {
	const { api } = start(() => json({}));
	const typed = async () => {
		// @ts-expect-error: there is no such path
		await api.GET("/nowhere");
		// @ts-expect-error: a project needs a name
		await api.POST("/projects", { body: { key: "WEB" } });
		// @ts-expect-error: the path needs the project
		await api.GET("/projects/{project}/board");
		const { data } = await api.GET("/projects/{project}/board", { params: project });
		return data.seq satisfies number;
	};
	expect(typed).toBeTypeOf("function");
});
