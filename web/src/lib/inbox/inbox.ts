// What others did that concerns me: the bell's number, the list, and a toast for whatever arrives.
import { computed, effect, signal } from "@preact/signals";
import { api, body } from "../api/client";
import type { Problem } from "../api/problem";
import type { Notification } from "../api/types";
import { notifications as words } from "../messages/notifications";
import { route } from "../router";
import { addressOf, allProjects, findProject } from "../store/projects";
import { listen } from "../stream";
import { toast } from "../toasts";
import { addressOfNotification, concerns, merge } from "./notifications";

const known = signal<readonly Notification[]>([]);
const count = signal(0);
const next = signal<string | null | undefined>(undefined);
const trouble = signal<Problem | null>(null);

/** Newest first, only of projects that I am in; undefined until they were read once. */
export const inbox = computed(() => {
	if (next.value === undefined) return undefined;
	const mine = allProjects.value;
	return mine ? known.value.filter((one) => mine.some(({ id }) => id === one.project.id)) : known.value;
});
export const unreadCount = computed(() => count.value);
export const hasMore = computed(() => typeof next.value === "string");
export const inboxProblem = computed(() => trouble.value);

/** Other tabs learn that something was read; the stream does not tell that. */
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("boardcast-inbox") : undefined;
/** The newest number that was announced, so that nothing is announced twice. */
let announced: number | undefined;
let turn = 0;
/** The newest page is on its way. */
let asking = false;

export function startInbox(): () => void {
	const stops = [
		listen("notification", (data) => arrive(data as Notification)),
		listen("hello", () => void refresh()),
		listen("left", () => void refresh()),
		listen("poll", () => void refresh()),
		effect(readWhereWeAre),
	];
	document.addEventListener("visibilitychange", readWhereWeAre);
	if (tabs) tabs.onmessage = () => void refresh();
	void refresh();
	return () => {
		for (const stop of stops) stop();
		document.removeEventListener("visibilitychange", readWhereWeAre);
		turn += 1;
		known.value = [];
		count.value = 0;
		next.value = undefined;
		announced = undefined;
	};
}

/** The newest page again: after a break, and when another tab read something. */
export async function refresh(): Promise<void> {
	const mine = ++turn;
	asking = true;
	try {
		const page = await body(api.GET("/me/notifications", { params: { query: { limit: 50 } } }));
		if (mine !== turn) return;
		const first = announced === undefined;
		const fresh = page.items.filter((one) => one.number > (announced ?? 0));
		announced = Math.max(announced ?? 0, ...page.items.map((one) => one.number));
		// What came while nobody listened is told too, but not what was waiting when the page was opened.
		if (!first) for (const one of fresh.reverse()) if (!one.read_at) announce(one);
		known.value = merge(known.peek(), page.items);
		count.value = page.unread_count;
		if (next.peek() === undefined) next.value = page.next_cursor;
		trouble.value = null;
		readWhereWeAre();
	} catch (error) {
		if (mine === turn) trouble.value = error as Problem;
	} finally {
		if (mine === turn) asking = false;
	}
}

export async function loadMore(): Promise<void> {
	const cursor = next.peek();
	if (!cursor) return;
	const page = await body(api.GET("/me/notifications", { params: { query: { limit: 50, cursor } } }));
	known.value = merge(known.peek(), page.items);
	next.value = page.next_cursor;
}

/** Seen at once; when the server does not agree, its count comes back with the next refresh. */
export function markRead(one: Notification): void {
	if (one.read_at) return;
	turn += 1;
	stamp((other) => other.id === one.id);
	count.value = Math.max(0, count.peek() - 1);
	const path = { notification: one.id };
	void settle(api.PUT("/me/notifications/{notification}/read", { params: { path } }));
}

export function markAllRead(): void {
	turn += 1;
	const up_to = Math.max(0, ...known.peek().map((one) => one.number));
	stamp(() => true);
	count.value = 0;
	// Not what arrives at this very moment: nobody has seen that.
	void settle(api.PUT("/me/notifications/read", { body: up_to > 0 ? { up_to } : {} }));
}

async function settle(call: Promise<unknown>): Promise<void> {
	try {
		await call;
		tabs?.postMessage("read");
	} catch {
		await refresh();
	}
}

function stamp(which: (one: Notification) => boolean): void {
	const now = new Date().toISOString();
	known.value = known.peek().map((one) => (!one.read_at && which(one) ? { ...one, read_at: now } : one));
}

function arrive(one: Notification): void {
	if (announced !== undefined && one.number <= announced) return;
	announced = one.number;
	// A page that was asked for before may be without it; one from now on has it, and the rest.
	if (asking) void refresh();
	else turn += 1;
	known.value = merge(known.peek(), [one]);
	if (one.read_at) return;
	count.value += 1;
	announce(one);
	readWhereWeAre();
}

function announce(one: Notification): void {
	toast({
		text: words.sentence(one),
		...(one.task ? { detail: one.task.title } : {}),
		link: {
			label: one.task ? words.openTask : words.openProject,
			href: addressOfNotification(one, addressOf(one.project)),
			follow: () => markRead(one),
		},
		project: one.project.id,
	});
}

/** Who has the task open has seen what happened with it. */
function readWhereWeAre(): void {
	const now = route.value;
	if (now.name !== "project" || document.hidden) return;
	const project = findProject(now.key)?.id;
	for (const one of known.peek()) if (project && concerns(one, project, now.task)) markRead(one);
}
