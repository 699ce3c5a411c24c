// The user's notifications: the newest page, the count of unread ones, and the older pages on demand.

import { batch, computed, signal } from "@preact/signals";
import type { Notification, Problem } from "boardcast";
import { allProjects } from "../../live/projects";
import { api, body } from "../../platform/api";
import { merge } from "./merge";
import { unreadCount } from "./unread";

interface Page {
	items: readonly Notification[];
	unread_count: number;
	next_cursor?: string | null;
}

const known = signal<readonly Notification[]>([]);
const nextCursor = signal<string | null | undefined>(undefined);
const problem = signal<Problem | null>(null);

/** Everything that was read from the server or came by the stream, newest first. */
export const notifications = computed(() => known.value);
/** The ones of projects that the user is a member of; undefined until the first page was read. */
export const inbox = computed(() => {
	if (nextCursor.value === undefined) return undefined;
	const mine = allProjects.value;
	return mine ? known.value.filter((one) => mine.some(({ id }) => id === one.project.id)) : known.value;
});
export const hasMore = computed(() => typeof nextCursor.value === "string");
export const inboxProblem = computed(() => problem.value);

/** The highest number seen, so that each notification is announced once. */
let newest: number | undefined;
/** Counts the changes of the inbox: an answer to a request that began before the last change is dropped. */
let generation = 0;
let loading = false;
/** Counts the readings: only the last one may end `loading`. */
let lastTurn = 0;

/** What is being marked as read: a page that the server reads meanwhile may still call it unread. */
let marks: Promise<unknown> | undefined;

export function whileMarking(answer: Promise<unknown>): void {
	const all = Promise.allSettled([marks, answer]).then(() => {
		if (marks === all) marks = undefined;
	});
	marks = all;
}

/** Read the newest page; `announce` gets each unread notification that came while the page was not connected. */
export async function refresh(announce: (one: Notification) => void = () => {}): Promise<void> {
	const mine = ++generation;
	const turn = ++lastTurn;
	loading = true;
	try {
		if (marks) await marks;
		const page = await body(api.GET("/me/notifications", { params: { query: { limit: 50 } } }));
		// Something was marked as read meanwhile: what came with this page must not be lost with it.
		if (mine !== generation && turn === lastTurn) return await refresh(announce);
		if (mine === generation) take(page, announce);
	} catch (error) {
		if (mine === generation) problem.value = error as Problem;
	} finally {
		if (turn === lastTurn) loading = false;
	}
}

function take(page: Page, announce: (one: Notification) => void): void {
	const first = newest === undefined;
	const fresh = page.items.filter((one) => one.number > (newest ?? 0));
	newest = Math.max(newest ?? 0, ...page.items.map((one) => one.number));
	// Together: what is open is marked as read as soon as the list is known, and that changes the count.
	batch(() => {
		known.value = merge(known.peek(), page.items);
		// Where these are all, they are counted here: the server counts a moment later, and the stream brings what came meanwhile.
		unreadCount.value = page.next_cursor ? page.unread_count : unreadOf(page.items);
		if (nextCursor.peek() === undefined) nextCursor.value = page.next_cursor;
		problem.value = null;
	});
	// What was unread before the page was opened is not announced.
	if (!first) for (const one of fresh.reverse()) if (isUnread(one)) announce(one);
}

export async function loadMore(): Promise<void> {
	const cursor = nextCursor.peek();
	if (!cursor) return;
	const page = await body(api.GET("/me/notifications", { params: { query: { limit: 50, cursor } } }));
	known.value = merge(known.peek(), page.items);
	nextCursor.value = page.next_cursor;
}

/** Take in a notification from the stream. */
export function receive(one: Notification, announce: (one: Notification) => void): void {
	if (newest !== undefined && one.number <= newest) return;
	newest = one.number;
	// The page that is being read may be older than this notification: read it again.
	if (loading) void refresh(announce);
	else generation += 1;
	batch(() => {
		known.value = merge(known.peek(), [one]);
		if (!one.read_at) unreadCount.value += 1;
	});
	if (isUnread(one)) announce(one);
}

/** What the person looks at was marked as read as soon as it was known, and needs no announcement. */
function isUnread({ id }: Notification): boolean {
	return known.peek().some((one) => one.id === id && one.read_at === null);
}

/** How many unread ones the server has that are not among those read here. */
export function unreadElsewhere(): number {
	return unreadCount.peek() - unreadOf(known.peek());
}

const unreadOf = (all: readonly Notification[]) => all.filter((one) => one.read_at === null).length;

/** Show notifications as read before the server has answered. */
export function showAsRead(which: (one: Notification) => boolean): void {
	generation += 1;
	const now = new Date().toISOString();
	let changed = 0;
	known.value = known.peek().map((one) => {
		if (one.read_at || !which(one)) return one;
		changed += 1;
		return { ...one, read_at: now };
	});
	unreadCount.value = Math.max(0, unreadCount.peek() - changed);
}

/** The server has marked everything as read, also what this page has not loaded. */
export function showNoneUnread(): void {
	showAsRead(() => true);
	unreadCount.value = 0;
}

export function forgetInbox(): void {
	generation += 1;
	lastTurn += 1;
	loading = false;
	known.value = [];
	unreadCount.value = 0;
	nextCursor.value = undefined;
	newest = undefined;
}
