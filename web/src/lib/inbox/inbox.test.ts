import { beforeEach, expect, test, vi } from "vitest";
import type { Notification } from "../api/types";

type Answer = { items: Notification[]; unread_count: number; next_cursor: null };

const answers: ((answer: Answer) => void)[] = [];
const heard = new Map<string, (data: unknown) => void>();

vi.mock("../api/client", () => ({
	api: { GET: () => new Promise((resolve) => answers.push(resolve)), PUT: () => Promise.resolve() },
	body: (answer: Promise<unknown>) => answer,
}));
vi.mock("../stream", () => ({
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
});

test("what arrives while the first page is on its way does not keep the page away", async () => {
	vi.stubGlobal("document", { addEventListener: () => {}, removeEventListener: () => {}, hidden: true });
	const { inbox, startInbox, unreadCount } = await import("./inbox");
	const stop = startInbox();
	heard.get("notification")?.(one);
	expect(answers).toHaveLength(2);
	answers[0]?.({ items: [], unread_count: 0, next_cursor: null });
	answers[1]?.({ items: [one], unread_count: 1, next_cursor: null });
	await vi.waitFor(() => expect(inbox.value).toEqual([one]));
	expect(unreadCount.value).toBe(1);
	stop();
});
