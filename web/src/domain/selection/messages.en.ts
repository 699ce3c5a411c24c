import { plural } from "../../platform/i18n/language";

const tasks = (count: number) => plural("en", count, { one: "task", other: "tasks" });

/** The texts of the bar that changes the selected tasks: downloaded with it. */
export const selection = {
	group: "Selected tasks",
	selected: (count: number) => `${count.toLocaleString("en")} selected`,
	clear: "Clear the selection",
	tooMany: (most: number) => `At most ${most} can be changed at once. Take some out.`,
	readOnly: "Your role lets you read them, not change them.",

	move: "Move to",
	assign: "Assign",
	labels: "Labels",
	priority: "Priority",
	due: "Due",
	milestone: "Milestone",
	complete: "Done",
	reopen: "Reopen",
	archive: "Archive",
	delete: "Delete",
	extendUp: "Select the task above too",
	extendDown: "Select the task below too",

	archiveTitle: (count: number) => `Archive ${tasks(count)}?`,
	archiveHint: "They leave the board and can come back from the archive at any time.",
	deleteTitle: (count: number) => `Delete ${tasks(count)}?`,
	deleteHint:
		"They go to the trash, with their checklists, comments and files. For 30 days they can be restored from there.",
	deleteThem: "Delete",
	archiveInstead: "Archive instead",

	moved: (count: number, column: string) => `${tasks(count)} moved to ${column}`,
	movedToTop: (count: number, column: string) => `${tasks(count)} moved to the top of ${column}`,
	changed: (count: number) => `${tasks(count)} changed`,
	wentAlong: (count: number) =>
		`The start of ${tasks(count)} moved along, to keep ${count === 1 ? "its" : "their"} length.`,
	completed: (count: number) => `${tasks(count)} done`,
	reopened: (count: number) => `${tasks(count)} not done`,
	archived: (count: number) => `${tasks(count)} archived`,
	restored: (count: number) => `${tasks(count)} restored`,
	deleted: (count: number) =>
		plural("en", count, { one: "task is in the trash", other: "tasks are in the trash" }),
	broughtBack: (count: number) => plural("en", count, { one: "task is back", other: "tasks are back" }),
	couldNotBringBack: (count: number) => `Could not bring ${tasks(count)} back.`,
	toTheEnd: "Undo puts them back into their columns, at the end.",
	failed: (count: number) => `Could not change ${tasks(count)}.`,

	blocked: "Nothing was changed, because of these:",
	codes: {
		forbidden: "Only managers and its creator archive or delete it.",
		invalid: "It would be due before it starts.",
		not_found: "It is not there any more.",
		task_archived: "It is archived.",
		too_many: "It would have too many people or labels.",
	},
	takeOut: "Take them out of the selection",
};
