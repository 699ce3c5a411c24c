import type { Comment, ProjectEvent, Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addRefused, beginRefused, endRefused } from "../../live/refused-texts";
import { ProjectStore } from "../../live/store/project";
import { toasts } from "../../platform/toasts";
import { addComment, deleteComment, editComment, react } from "./commands";

interface Sent {
	request: string;
	match: string | undefined;
	key: string;
	answer: (value: unknown, status?: number) => void;
}
const sent: Sent[] = [];
const settle = async () => {
	for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve));
};
const last = () => sent.at(-1) as Sent;
const alice = { id: "alice" };

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
	vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
	vi.stubGlobal("fetch", (address: string, init: { method: string; headers: Record<string, string> }) => {
		const request = `${init.method} ${address.replace("/api/v1/projects/p/", "")}`;
		const { "If-Match": match, "Idempotency-Key": key = "" } = init.headers;
		return new Promise<Response>((resolve) => {
			const answer = (value: unknown, status = 200) =>
				resolve(new Response(JSON.stringify(value), { status }));
			sent.push({ request, match, key, answer });
		});
	});
});
afterEach(() => {
	endRefused();
	vi.unstubAllGlobals();
});

const comment = (id: string, over: Partial<Comment> = {}): Comment => ({
	id,
	task_id: "t1",
	author_id: "bob",
	body: "Hello",
	body_html: "<p>Hello</p>",
	created_at: "2026-11-20T10:00:00.000Z",
	edited_at: null,
	reactions: [],
	version: 3,
	...over,
});

async function start(...comments: Comment[]) {
	const store: ProjectStore = new ProjectStore(
		"p",
		{
			snapshot: async () => snapshot(10, [task("t1", { comment_count: comments.length })]),
			page: async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" }),
			read: async () => comments,
		},
		({ stored }, problem) => {
			if (stored?.typed && problem) addRefused(store, { ...stored, typed: stored.typed }, problem);
		},
	);
	await store.load();
	beginRefused("alice", () => store);
	store.open("comments", "t1");
	await settle();
	const shown = () => store.children.comments.of("t1").map((id) => store.tables.comments.peek(id) as Comment);
	const row = () => store.view.get("tasks", "t1") as Task;
	const tell = (type: string, seq: number, cause: string, changes: object, removed: object = {}) =>
		store.receive({
			...{ project: "p", seq, type, at: "2026-11-20T10:00:00.000Z", actor: null, cause },
			...{ changes, removed },
		} as ProjectEvent);
	return { store, shown, row, tell };
}

describe("a comment", () => {
	it("is there and counted at once, behind all others, and is the server's once its event has come", async () => {
		// The clock of this side is far behind.
		const { store, shown, row, tell } = await start(
			comment("c1", { created_at: "2099-01-01T00:00:00.000Z" }),
		);
		addComment(store, alice, row(), "Mine");
		expect(shown().map(({ body }) => body)).toEqual(["Hello", "Mine"]);
		expect(row().comment_count).toBe(2);
		await settle();
		expect(last().request).toBe("POST tasks/t1/comments");
		const made = comment("c2", {
			author_id: "alice",
			body: "Mine",
			created_at: "2099-01-01T00:00:01.000Z",
			version: 11,
		});
		const counted = { id: "t1", comment_count: 2, version: 11 };
		tell("comment.created", 11, last().key, { comments: [made], tasks: [counted] });
		expect(shown().map(({ id }) => id)).toEqual(["c1", "c2"]);
		expect(shown()[1]?.body_html).toBe("<p>Hello</p>");
		expect(row().comment_count).toBe(2);
	});

	it("that is refused leaves its text in sight", async () => {
		const { store, shown, row } = await start();
		addComment(store, alice, row(), "Mine");
		await settle();
		last().answer({ code: "task_archived" }, 409);
		await settle();
		expect(shown()).toEqual([]);
		expect(row().comment_count).toBe(0);
		expect(toasts.value.map(({ typed }) => typed?.yours)).toEqual(["Mine"]);
	});

	it("is edited without overwriting, and both texts are shown when it was changed elsewhere", async () => {
		const { store, shown } = await start(comment("c1", { author_id: "alice" }));
		editComment(store, shown()[0] as Comment, "Better", 2);
		expect(shown()[0]).toMatchObject({ body: "Better", body_html: "" });
		await settle();
		expect([last().request, last().match]).toEqual(["PATCH comments/c1", '"2"']);
		last().answer({ code: "version_conflict", current: { body: "Hello" } }, 412);
		await settle();
		expect(shown()[0]).toMatchObject({ body: "Hello", body_html: "<p>Hello</p>" });
		const typed = toasts.value[0]?.typed;
		expect([typed?.yours, typed?.theirs()]).toEqual(["Better", "Hello"]);
		typed?.again?.();
		await settle();
		expect(last().match).toBe('"3"');
		expect(shown()[0]).toMatchObject({ body: "Better", body_html: "" });
	});

	it("is reacted to on top of what others do meanwhile", async () => {
		const { store, shown, tell } = await start(comment("c1"));
		react(store, alice, shown()[0] as Comment, "🎉", true);
		const bob = [{ emoji: "🎉", user_ids: ["bob"] }];
		tell("comment.reacted", 11, "other", { comments: [{ id: "c1", reactions: bob, version: 11 }] });
		expect(shown()[0]?.reactions).toEqual([{ emoji: "🎉", user_ids: ["bob", "alice"] }]);
		await settle();
		expect(last().request).toBe(`PUT comments/c1/reactions/${encodeURIComponent("🎉")}`);
	});

	it("that is deleted is gone and no longer counted, and back when the server refuses", async () => {
		const { store, shown, row } = await start(comment("c1"));
		deleteComment(store, shown()[0] as Comment);
		expect([shown().length, row().comment_count]).toEqual([0, 0]);
		await settle();
		last().answer({ code: "forbidden" }, 403);
		await settle();
		expect([shown().length, row().comment_count]).toEqual([1, 1]);
	});
});
