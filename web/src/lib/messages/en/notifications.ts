import type { Notification } from "../../api/types";
import { plural } from "../language";

const who = (one: Notification) => one.actor?.name ?? "Somebody";

const sentences: Record<Notification["kind"], (one: Notification) => string> = {
	assigned: (one) =>
		one.task
			? `${who(one)} assigned ${one.project.key}-${one.task.number} to you`
			: `${who(one)} assigned a task to you`,
	added_to_project: (one) => `${who(one)} added you to “${one.project.name}”`,
};

export const notifications = {
	title: "Notifications",
	bell: (unread: number) => (unread > 0 ? `Notifications, ${unread} unread` : "Notifications"),
	/** A kind that a newer server knows and this page does not is still worth a line. */
	sentence: (one: Notification) =>
		sentences[one.kind]?.(one) ?? `${who(one)} did something in “${one.project.name}”`,
	openTask: "Open the task",
	openProject: "Open the project",
	unread: "Unread",
	markRead: "Mark as read",
	markAllRead: "Mark all as read",
	unreadCount: (count: number) =>
		count > 0 ? plural("en", count, { one: "unread", other: "unread" }) : "Everything is read",
	none: "Nothing yet",
	noneHint: "When somebody assigns a task to you or adds you to a project, it appears here at once.",
	couldNotLoad: "Notifications could not be loaded",
};
