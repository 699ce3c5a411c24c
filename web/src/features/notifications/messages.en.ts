import { plural } from "../../platform/i18n/language";

export const notifications = {
	title: "Notifications",
	unread: "Unread",
	markRead: "Mark as read",
	markAllRead: "Mark all as read",
	unreadCount: (count: number) =>
		count > 0 ? plural("en", count, { one: "unread", other: "unread" }) : "Everything is read",
	none: "Nothing yet",
	noneHint: "When somebody assigns a task to you, mentions you or answers you, it appears here at once.",
	couldNotLoad: "Notifications could not be loaded",
};
