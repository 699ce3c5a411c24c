import { plural } from "../../platform/i18n/language";

/** The texts of what opens over the board: downloaded with it. */
export const dialogs = {
	empty: "A board starts with its columns",
	emptyHint:
		"Each column is a step of the work, such as To do, Doing and Done. Tasks move from left to right.",
	emptyReader: "Nobody has added a column yet. As soon as somebody does, it appears here.",
	startBasic: "Start with To do, Doing, Done",
	basic: [
		["To do", "active"],
		["Doing", "active"],
		["Done", "done"],
	] as const,
	archiveEmpty: "Nothing is archived",
	archiveEmptyHint: "Archived tasks are out of sight and out of the limits, and can come back at any time.",
	archiveSearch: "Search the archive",
	archivedAt: (when: string) => `Archived ${when}`,
	archiveSearched: (count: number) =>
		`Searched in the latest ${count}. Older ones are read by the button above.`,
	trashEmpty: "The trash is empty",
	trashEmptyHint:
		"Deleted tasks wait here for 30 days, with their checklists, comments and files. Until then they can be restored.",
	trashOwnHint:
		"Tasks of yours that are deleted wait here for 30 days, with their checklists, comments and files. Until then you can restore them.",
	deletedBy: (who: string | undefined, when: string) => `Deleted by ${who ?? "a former member"} ${when}`,
	daysLeft: (count: number) =>
		count > 1 ? `${plural("en", count, { one: "day", other: "days" })} left` : "last day",
	purge: (name: string) => `Delete ${name} for good`,
	purgeTitle: (name: string) => `Delete ${name} for good?`,
	purgeHint: (title: string) =>
		`“${title}” goes with its checklist, comments and files. Nobody can bring it back.`,
	purgeIt: "Delete for good",
	columnName: "Name",
	editColumn: "Column",
	limit: "Limit",
	limitHint: "At most this many tasks at a time. Empty means no limit.",
	limitWrong: ({ minimum, maximum }: { minimum: number; maximum: number }) =>
		`A whole number from ${minimum} to ${maximum.toLocaleString("en")}, or nothing.`,
	noLimit: "no limit",
	theirs: (text: string, who?: string) =>
		`${who ?? "Somebody"} changed this to “${text}”. Saving again replaces it.`,
	kind: "Kind",
	kindHint: "Backlog is not started. Tasks in a done column are done.",
	quiet: "Goes to the archive after quiet days",
	quietHint: "A task that nobody changes for so many days leaves the board. Empty means never.",
	never: "never",
	save: "Save",
	deleteColumnTitle: (name: string) => `Delete the column ${name}?`,
	deleteColumnEmpty: "It has no tasks. Archived tasks in it stay in the archive.",
	deleteColumnMove: (count: number) =>
		`${plural("en", count, { one: "task is", other: "tasks are" })} in it. Where should they go?`,
	moveTasksTo: "Move them to",
	lastColumn: "It has tasks and there is no other column. Add one first, or archive the tasks.",
	deleteIt: "Delete column",
};
