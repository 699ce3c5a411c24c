import type { Priority, Role } from "../../api/types";

const roles: Record<Role, string> = {
	owner: "Owner",
	manager: "Manager",
	editor: "Editor",
	commenter: "Commenter",
	viewer: "Viewer",
};
const priorities: Record<Priority, string> = {
	none: "No priority",
	low: "Low",
	medium: "Medium",
	high: "High",
	urgent: "Urgent",
};

export const common = {
	product: "Boardcast",
	close: "Close",
	cancel: "Cancel",
	copy: "Copy",
	copied: "Copied",
	save: "Save",
	remove: "Remove",
	undo: "Undo",
	dismiss: "Dismiss",
	retry: "Try again",
	loading: "Loading…",
	more: "Show more",
	clearDate: "Clear date",
	nothingFound: "Nothing found",
	search: "Search",
	role: (role: Role) => roles[role],
	priority: (priority: Priority) => priorities[priority],
};
