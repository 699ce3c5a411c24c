import type { Notification } from "boardcast";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const { route, page, read, refused, server } = await vi.hoisted(async () => {
	const { signal } = await import("@preact/signals");
	return {
		route: signal<object>({ name: "account" }),
		/** The document of the test. */
		page: Object.assign(new EventTarget(), { hidden: false }),
		read: [] as string[],
		refused: { on: false },
		server: { newest: [] as object[], unread: [] as object[], count: 0 },
	};
});
const heard = new Map<string, (data: unknown) => void>();

vi.mock("../../platform/api", () => ({
	api: {
		GET: (_: string, { params }: { params: { query: { unread?: boolean } } }) =>
			Promise.resolve({
				items: params.query.unread ? server.unread : server.newest,
				unread_count: server.count,
				next_cursor: server.count > server.newest.length ? "older" : null,
			}),
		PUT: (_: string, { params }: { params: { path: { notification: string } } }) => {
			read.push(params.path.notification);
			return refused.on ? Promise.reject(new Error("refused")) : Promise.resolve();
		},
	},
	body: (answer: Promise<unknown>) => answer,
}));
vi.mock("../../platform/router", () => ({ route }));
vi.mock("../../live/projects", async () => {
	const { signal } = await import("@preact/signals");
	const project = { id: "p", key: "WEB" };
	return { allProjects: signal([project]), findProject: () => project, addressOf: () => "WEB" };
});
vi.mock("../../live/stream", async () => {
	const { signal } = await import("@preact/signals");
	return {
		connection: signal({ state: "connecting" }),
		listen: (name: string, hear: (data: unknown) => void) => {
			heard.set(name, hear);
			return () => heard.delete(name);
		},
	};
});
vi.mock("../account/commands", () => ({ tellTimeZone: () => Promise.resolve() }));
vi.stubGlobal("document", page);

const { startInbox } = await import("./start-inbox");
const { notifications } = await import("./inbox");
const { unreadCount } = await import("./unread");
const { toasts } = await import("../../platform/toasts");

function about(task: number, number: number): Notification {
	return {
		id: `n${number}`,
		number,
		kind: "commented",
		project: { id: "p", key: "WEB", name: "Launch" },
		task: { id: `t${task}`, number: task, title: "Choose a name" },
		comment: null,
		actor: { id: "b", name: "Bob" },
		created_at: "2026-11-20T10:00:00.000Z",
		read_at: null,
	} as Notification;
}

const open = (task?: number) => {
	route.value = { name: "project", key: "WEB", view: "board", ...(task ? { task } : {}) };
};
const look = (hidden: boolean) => {
	page.hidden = hidden;
	page.dispatchEvent(new Event("visibilitychange"));
};
const settled = () => new Promise((done) => setTimeout(done, 5));

let stop = () => {};
async function start(newest: Notification[], unread: Notification[] = newest): Promise<void> {
	Object.assign(server, { newest, unread, count: unread.length });
	stop = startInbox();
	heard.get("hello")?.({});
	await settled();
}

beforeEach(() => {
	read.length = 0;
	refused.on = false;
	page.hidden = false;
	route.value = { name: "account" };
	toasts.value = [];
});
afterEach(() => stop());

test("those of a task are read when it is opened, and no others", async () => {
	await start([about(2, 3), about(1, 2), about(1, 1)]);
	expect(unreadCount.value).toBe(3);
	open();
	expect(read).toEqual([]);
	open(1);
	await vi.waitFor(() => expect(read).toEqual(["n2", "n1"]));
	expect(unreadCount.value).toBe(1);
});

test("one that comes while its task is open is read at once, and not told", async () => {
	await start([]);
	open(1);
	heard.get("notification")?.(about(1, 1));
	expect(read).toEqual(["n1"]);
	expect(unreadCount.value).toBe(0);
	expect(toasts.value).toEqual([]);
	heard.get("notification")?.(about(2, 2));
	expect(unreadCount.value).toBe(1);
	expect(toasts.value).toHaveLength(1);
});

test("nobody looks at a hidden tab: they are read when it is shown again", async () => {
	await start([about(1, 1)]);
	page.hidden = true;
	open(1);
	heard.get("notification")?.(about(1, 2));
	look(true);
	expect(read).toEqual([]);
	expect(unreadCount.value).toBe(2);
	look(false);
	await vi.waitFor(() => expect([...read].sort()).toEqual(["n1", "n2"]));
	expect(unreadCount.value).toBe(0);
});

test("when the server refuses, it is not asked again until the person looks again", async () => {
	await start([about(1, 1)]);
	refused.on = true;
	open(1);
	await settled();
	expect(read).toEqual(["n1"]);
	expect(notifications.value[0]?.read_at).toBeNull();
	expect(unreadCount.value).toBe(1);
	refused.on = false;
	look(false);
	await vi.waitFor(() => expect(read).toEqual(["n1", "n1"]));
	expect(unreadCount.value).toBe(0);
});

test("those that are older than the first page of the inbox are read too", async () => {
	await start([about(2, 9)], [about(2, 9), about(1, 2), about(3, 1)]);
	open(1);
	await settled();
	expect(read).toEqual(["n2"]);
	expect(unreadCount.value).toBe(2);
});
