import { plural } from "../../platform/i18n/language";

/** What an event's type says of a card, for people. */
const phrases: Record<string, string> = {
	"task.created": "added this",
	"task.changed": "changed this",
	"task.moved": "moved this",
	"task.assigned": "assigned this",
	"task.unassigned": "unassigned this",
	"task.labelled": "labelled this",
	"task.unlabelled": "took a label off",
	"task.completed": "finished this",
	"task.reopened": "reopened this",
	"task.unarchived": "restored this",
	"timeline.shifted": "rescheduled this",
	"checklist_item.created": "added to the checklist",
	"checklist_item.changed": "changed the checklist",
	"checklist_item.moved": "sorted the checklist",
};

export const board = {
	group: "Board",
	did: (who: string, type: string) => `${who} ${phrases[type] ?? "changed this"}`,

	columnEmpty: "No tasks",
	columnEmptyHint: "Drag a task here, or add one below.",

	columns: "Columns",
	column: (name: string) => `Column ${name}`,
	goToColumn: (name: string, count: string) => `Show ${name}, ${count}`,
	count: (count: number) => plural("en", count, { one: "task", other: "tasks" }),
	someOf: (shown: number, all: number) => `${shown} of ${all}`,
	countOfLimit: (count: number, limit: number) => `${count}/${limit}`,
	shownOf: (shown: number, all: number) =>
		`${shown} of ${plural("en", all, { one: "task", other: "tasks" })} shown`,
	ofLimit: (count: number, limit: number) => `${count} of at most ${limit} tasks`,
	over: "At its limit",
	addColumn: "Add column",
	fold: "Fold",
	unfold: (name: string, count: string) => `Unfold ${name}, ${count}`,
	display: "Display",

	add: "Add task",
	addTo: (column: string) => `Add a task to ${column}`,
	newTask: "New task",
	goOnAdding: (column: string, text: string) => `Go on adding to ${column}: ${text}`,

	done: "Done",
	checklist: (done: number, all: number) => `Checklist: ${done} of ${all} done`,
	comments: (count: number) => plural("en", count, { one: "comment", other: "comments" }),
	attachments: (count: number) => plural("en", count, { one: "file", other: "files" }),
	estimate: (count: number) => `Estimate: ${count}`,
	leaves: (when: string) => `Goes to the archive ${when}, unless somebody changes it`,
	saving: "Saving…",
	editTitle: (name: string) => `Title of ${name}`,

	navigate: { up: "Task above", down: "Task below", left: "Task to the left", right: "Task to the right" },
	move: { up: "Move up", down: "Move down", left: "Move to the left", right: "Move to the right" },
	lift: "Lift or drop a task",
	lifted: (where: string) => `Lifted. ${where}. Arrows move, Space drops, Escape puts it back.`,
	dropped: (where: string) => `Dropped. ${where}.`,
	putBack: (where: string) => `Back where it was. ${where}.`,
	droppedNowhere: "Dropped outside of the columns: the task stays where it was.",
	keysHint: "c adds a task, ? shows all keys.",
	archiveTitle: "Archived tasks",
	trashTitle: "Trash",
};
