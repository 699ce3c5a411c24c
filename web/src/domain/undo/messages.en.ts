const fieldNames: Record<string, string> = {
	title: "title",
	name: "name",
	description: "description",
	column_id: "column",
	position: "place",
	assignee_ids: "people",
	label_ids: "labels",
	milestone_id: "milestone",
	priority: "priority",
	start_on: "start",
	due_on: "due date",
	estimate: "estimate",
	completed_at: "done or not",
	archived_at: "on the board or not",
	id: "there or not",
	cover_id: "cover",
	comment_count: "comments",
	attachment_count: "files",
	text: "text",
	done: "done or not",
	lag_days: "days between",
	tasks: "tasks that use it",
};

const kinds: Record<string, string> = {
	tasks: "the task",
	columns: "a column",
	labels: "a label",
	milestones: "a milestone",
	checklist_items: "the checklist",
	dependencies: "the dependencies",
};

/** More than this is no list to read. */
const most = 4;

function listed(all: readonly string[]): string {
	const shown = all.length > most ? all.slice(0, most - 1) : all;
	const others = all.length - shown.length;
	return new Intl.ListFormat("en").format(others > 0 ? [...shown, `${others} more`] : shown);
}

/** The texts of what the server refuses to undo. */
export const undoing = {
	/** "WEB-12 (title and due date)"; what came or went has no fields that say so. */
	touched: (name: string, fields: readonly string[]) => {
		const known = [...new Set(fields.flatMap((field) => fieldNames[field] ?? []))];
		return known.length > 0 ? `${name} (${listed(known)})` : name;
	},
	kind: (kind: string) => kinds[kind] ?? "something",
	conflict: (touched: readonly string[]) =>
		`Changed since, so everything stays as it is: ${listed(touched)}. Nothing was undone.`,
	nothing: "Everything is as it was before already.",
	notUndoable: "That kind of change cannot be undone.",
	undo: (what: string) => `Undo: ${what}`,
	undoAll: (count: number) => `Undo all ${count}`,
	/** What is undone at once: "5 changes via Night shift". */
	ofRun: (count: number, via: string | undefined) =>
		via === undefined ? `${count} changes` : `${count} changes via ${via}`,
	runTooLong: "That is more than is undone at once. Undo its events one by one.",
	undone: "Undone",
	redone: (what: string) => `Again as before: ${what}`,
	couldNot: "Could not undo it",
};
