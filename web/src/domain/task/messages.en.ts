import type { Priority } from "boardcast";
import { day } from "../../platform/i18n/dates";
import type { DueState } from "./due";

const due: Record<DueState, (when: string) => string> = {
	overdue: (when) => `Overdue since ${when}`,
	today: () => "Due today",
	soon: (when) => `Due soon: ${when}`,
	later: (when) => `Due ${when}`,
	done: (when) => `Was due ${when}`,
};

const priorities: Record<Priority, string> = {
	none: "No priority",
	low: "Low",
	medium: "Medium",
	high: "High",
	urgent: "Urgent",
};

export const task = {
	fresh: "New task",
	at: (name: string, column: string, position: number, count: number) =>
		`${name}: ${column}, position ${position} of ${count}`,

	group: "Task",
	open: "Open",
	editTitle: "Edit title",
	assign: "Assign",
	labelsAction: "Labels",
	priorityAction: "Priority",
	dueAction: "Due date",
	moveTo: "Move to…",
	complete: "Mark as done",
	reopen: "Mark as not done",
	archive: "Archive",
	restore: "Restore",
	delete: "Delete…",
	duplicate: "Duplicate",
	copyLink: "Copy link",
	linkCopied: "Link copied",
	linkNotCopied: "The browser did not allow copying. The address is in the address bar.",
	menu: (name: string) => `Actions for ${name}`,

	today: "Today",
	dueHint: (date: string, state: DueState) => due[state](day(date)),
	numbered: (key: string, number: number) => `${key}-${number}`,
	priorityName: (priority: Priority) => priorities[priority],
};
