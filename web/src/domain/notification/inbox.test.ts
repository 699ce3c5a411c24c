import { effect } from "@preact/signals";
import type { Notification } from "boardcast";
import { beforeEach, expect, test, vi } from "vitest";

type Answer = { items: Notification[]; unread_count: number; next_cursor: null };

const answers: ((answer: Answer) => void)[] = [];
const heard = new Map<string, (data: unknown) => void>();

vi.mock("../../platform/api", () => ({
	api: { GET: () => new Promise((resolve) => answers.push(resolve)), PUT: () => Promise.resolve() },
	body: (answer: Promise<unknown>) => answer,
}));
const { connection } = await vi.hoisted(async () => {
	const { signal } = await import("@preact/signals");
	return { connection: signal({ state: "connecting" }) };
});
vi.mock("../../live/stream", () => ({
	connection,
	listen: (name: string, hear: (data: unknown) => void) => {
		heard.set(name, hear);
		return () => heard.delete(name);
	},
}));

const one = {
	id: "n1",
	number: 1,
	kind: "assigned",
	project: { id: "p", key: "WEB", name: "Launch the website" },
	task: { id: "t", number: 1, title: "Choose a name" },
	actor: { id: "a", name: "Alice" },
	created_at: "2026-11-20T10:00:00.000Z",
	read_at: null,
} as unknown as Notification;

beforeEach(() => {
	answers.length = 0;
	connection.value = { state: "connecting" };
});

/** The stream is there: a tab that leads gets the hello in the same breath, one that follows gets none. */
function live(hello?: object) {
	connection.value = { state: "live" };
	if (hello) heard.get("hello")?.(hello);
}

test.each([
	["leads", {}],
	["follows", undefined],
])("a tab that %s reads the inbox once when the stream is there", async (_, hello) => {
	vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, hidden: true });
	const { startInbox } = await import("./start-inbox");
	const stop = startInbox();
	expect(answers).toHaveLength(0);
	live(hello);
	await new Promise((done) => setTimeout(done, 5));
	expect(answers).toHaveLength(1);
	stop();
});

test("what arrives while the first page is on its way does not keep the page away", async () => {
	vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, hidden: true });
	const { inbox } = await import("./inbox");
	const { unreadCount } = await import("./unread");
	const { startInbox } = await import("./start-inbox");
	const stop = startInbox();
	live({});
	heard.get("notification")?.(one);
	expect(answers).toHaveLength(2);
	answers[0]?.({ items: [], unread_count: 0, next_cursor: null });
	answers[1]?.({ items: [one], unread_count: 1, next_cursor: null });
	await vi.waitFor(() => expect(inbox.value).toEqual([one]));
	expect(unreadCount.value).toBe(1);
	stop();
});

test("notifications of another history make room for those of the server", async () => {
	vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, hidden: true });
	const { inbox } = await import("./inbox");
	const { startInbox } = await import("./start-inbox");
	const stop = startInbox();
	live({});
	answers[0]?.({ items: [one], unread_count: 1, next_cursor: null });
	await vi.waitFor(() => expect(inbox.value).toEqual([one]));
	const other = { ...one, id: "n2" };
	heard.get("hello")?.({ notifications: { from: 1, head: 1, status: "reset" } });
	answers[1]?.({ items: [other], unread_count: 1, next_cursor: null });
	await vi.waitFor(() => expect(inbox.value).toEqual([other]));
	stop();
});

test("what is marked as read as soon as it is known is not counted", async () => {
	vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, hidden: true });
	const { inbox, notifications, refresh, showAsRead } = await import("./inbox");
	const { unreadCount } = await import("./unread");
	const fresh = { ...one, id: "n9", number: 9 };
	const stop = effect(() => {
		if (notifications.value.some(({ id, read_at }) => id === "n9" && !read_at))
			showAsRead(({ id }) => id === "n9");
	});
	void refresh();
	answers[0]?.({ items: [fresh], unread_count: 1, next_cursor: null });
	await vi.waitFor(() => expect(inbox.value?.[0]?.id).toBe("n9"));
	expect(unreadCount.value).toBe(0);
	stop();
});

test("one that comes between the server's reading and its counting is counted once", async () => {
	vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, hidden: true });
	const { inbox, refresh, receive } = await import("./inbox");
	const { unreadCount } = await import("./unread");
	const [old, late] = [
		{ ...one, id: "n20", number: 20 },
		{ ...one, id: "n21", number: 21 },
	];
	void refresh();
	answers[0]?.({ items: [old], unread_count: 2, next_cursor: null });
	await vi.waitFor(() => expect(inbox.value?.[0]?.id).toBe("n20"));
	receive(late, () => {});
	expect(unreadCount.value).toBe(2);
});
