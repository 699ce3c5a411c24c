import type { Notification } from "boardcast";
import { api, body } from "../../platform/api";
import { notifications, refresh, showAsRead, showNoneUnread, whileMarking } from "./inbox";
import { concerns } from "./notification";
import { unreadCount } from "./unread";

/** Tells the other tabs to read the inbox again: the stream does not say what was read. */
export const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("boardcast-inbox") : undefined;

/** Shown at once; when the server refuses, the next refresh brings the old state back. */
export function markRead(one: Notification): void {
	if (one.read_at) return;
	showAsRead((other) => other.id === one.id);
	void confirm(sendRead(one.id));
}

export function markAllRead(): void {
	const up_to = Math.max(0, ...notifications.peek().map((one) => one.number));
	showNoneUnread();
	// Up to the newest one that is shown: what arrives meanwhile stays unread.
	void confirm(api.PUT("/me/notifications/read", { body: up_to > 0 ? { up_to } : {} }));
}

/** Marks as read what the server has of this task and the inbox has not loaded; few people have so many unread ones. */
export async function markOlderRead(project: string, task: number): Promise<void> {
	const query = { unread: true, limit: 200 };
	const unread = await body(api.GET("/me/notifications", { params: { query } })).catch(() => undefined);
	const known = new Set(notifications.peek().map(({ id }) => id));
	const older = unread?.items.filter((one) => !known.has(one.id) && one.task && concerns(one, project, task));
	if (!older?.length) return;
	unreadCount.value = Math.max(0, unreadCount.peek() - older.length);
	await confirm(Promise.all(older.map(({ id }) => sendRead(id))));
}

let before: Promise<unknown> | undefined;

/** One after another: of a task that is opened there may be very many, and what it shows is not to wait behind them. */
function sendRead(notification: string): Promise<unknown> {
	const params = { path: { notification } };
	const send = () => api.PUT("/me/notifications/{notification}/read", { params });
	const call: Promise<unknown> = before ? before.then(send, send) : send();
	before = call;
	const end = () => {
		if (before === call) before = undefined;
	};
	void call.then(end, end);
	return call;
}

async function confirm(call: Promise<unknown>): Promise<void> {
	whileMarking(call);
	try {
		await call;
		tabs?.postMessage("read");
	} catch {
		await refresh();
	}
}
