import { effect } from "@preact/signals";
import type { Notification } from "boardcast";
import { addressOf, findProject } from "../../live/projects";
import { connection, listen } from "../../live/stream";
import { route } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { lookForUpdate } from "../../platform/update";
import { whenIdle } from "../../ui/lazy";
import { tellTimeZone } from "../account/commands";
import { markOlderRead, markRead, tabs } from "./commands";
import { forgetInbox, inbox, notifications, receive, refresh, unreadElsewhere } from "./inbox";
import { addressOfNotification, concerns } from "./notification";
import { sentences as words } from "./sentences";

interface Hello {
	notifications?: { status?: "ok" | "reset" };
}

/** How long the first reading waits for the stream, in ms: read before it, the inbox would have to be read again. */
const firstWithin = 3000;

/** Keeps the inbox up to date while a user is signed in, with a toast for each new notification; returns how to stop. */
export function startInbox(): () => void {
	// The server tells of due days in the person's own day.
	void tellTimeZone();
	let isRead = false;
	const readAgain = () => {
		isRead = true;
		asked.clear();
		void refresh(announce);
	};
	const readFirst = () => {
		if (!isRead) readAgain();
	};
	const stops = [
		listen("notification", (data) => receive(data as Notification, announce)),
		listen("hello", (data) => {
			// The numbers that are known here are those of other notifications.
			if ((data as Hello | undefined)?.notifications?.status === "reset") forgetInbox();
			readAgain();
		}),
		listen("left", readAgain),
		listen("poll", readAgain),
		effect(readWhatIsOpen),
		effect(readOlder),
		// A tab that leads reads at its `hello`, which is the next frame; one that follows gets none.
		effect(() => {
			if (connection.value.state === "live") setTimeout(readFirst);
		}),
	];
	// While there is no stream the inbox is read without it.
	const patience = setTimeout(readFirst, firstWithin);
	const look = () => {
		asked.clear();
		readWhatIsOpen();
		readOlder();
	};
	document.addEventListener("visibilitychange", look);
	if (tabs) tabs.onmessage = readAgain;
	const stopPush = startPushLater();
	return () => {
		stopPush();
		isRead = true;
		clearTimeout(patience);
		for (const stop of stops) stop();
		document.removeEventListener("visibilitychange", look);
		asked.clear();
		forgetInbox();
	};
}

/** Behind all that is shown: news while no page is looked at. Returns how to stop. */
function startPushLater(): () => void {
	let isOver = false;
	let stop = () => {};
	whenIdle(() => {
		if (isOver) return;
		import("../push/start").then(
			(m) => {
				if (!isOver) stop = m.startPush();
			},
			() => void lookForUpdate(),
		);
	});
	return () => {
		isOver = true;
		stop();
	};
}

function announce(one: Notification): void {
	const detail = one.comment?.excerpt ?? one.task?.title;
	toast({
		text: words.of(one),
		...(detail ? { detail } : {}),
		link: {
			label: one.task ? words.openTask : words.openProject,
			href: addressOfNotification(one, addressOf(one.project)),
			follow: () => markRead(one),
		},
		project: one.project.id,
	});
}

/**
 * What was asked for since the person began to look, or since the inbox was read again: notifications, and tasks with older
 * ones. When the server refuses, it is not asked at once again, and again.
 */
const asked = new Set<string>();

/** Marks as read what the page shows: the notifications of the open task, or of the open project. */
function readWhatIsOpen(): void {
	const open = whatIsOpen();
	const all = notifications.value;
	if (!open) return;
	for (const one of all) {
		if (asked.has(one.id) || !concerns(one, open.project, open.task)) continue;
		asked.add(one.id);
		markRead(one);
	}
}

/** The same for those of the open task that are older than what the inbox has read. */
function readOlder(): void {
	const open = whatIsOpen();
	if (!inbox.value || open?.task === undefined || unreadElsewhere() <= 0) return;
	const task = `${open.project} ${open.task}`;
	if (asked.has(task)) return;
	asked.add(task);
	void markOlderRead(open.project, open.task);
}

/** The open project and the task of the open dialog; undefined while the page is hidden. */
function whatIsOpen(): { project: string; task: number | undefined } | undefined {
	const now = route.value;
	const project = now.name === "project" ? findProject(now.key)?.id : undefined;
	if (now.name !== "project" || project === undefined || document.hidden) return undefined;
	return { project, task: now.task };
}
