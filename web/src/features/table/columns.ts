// The columns of the table: which there are, how wide, and how their cells are edited.

export const columnIds = [
	"number",
	"title",
	"column",
	"assignees",
	"labels",
	"priority",
	"milestone",
	"start_on",
	"due_on",
	"estimate",
	"checklist",
	"comments",
	"created_at",
	"updated_at",
	"completed_at",
] as const;
export type ColumnId = (typeof columnIds)[number];

/** The first cell of each row has no facts of the task: it selects the row. */
export const selector = "select";
export type CellColumn = ColumnId | typeof selector;

/** How a cell is edited: typed in its place, or picked in a panel; undefined when it only shows. */
type Edit = "text" | "day" | "pick" | undefined;

interface Declaration {
	/** In rem. */
	width: number;
	edit: Edit;
	/** Shown before a person has chosen. */
	usual: boolean;
	/** Numbers end at the same edge. */
	isNumber?: boolean;
}

export const declared: Readonly<Record<ColumnId, Declaration>> = {
	number: { width: 6.5, edit: undefined, usual: true },
	title: { width: 20, edit: "text", usual: true },
	column: { width: 8, edit: "pick", usual: true },
	assignees: { width: 8, edit: "pick", usual: true },
	labels: { width: 10, edit: "pick", usual: true },
	priority: { width: 7.5, edit: "pick", usual: true },
	milestone: { width: 9, edit: "pick", usual: true },
	start_on: { width: 7, edit: "day", usual: true },
	due_on: { width: 7.5, edit: "day", usual: true },
	estimate: { width: 6, edit: "text", usual: true, isNumber: true },
	checklist: { width: 7, edit: undefined, usual: false },
	comments: { width: 7, edit: undefined, usual: false, isNumber: true },
	created_at: { width: 8, edit: undefined, usual: false },
	updated_at: { width: 8, edit: undefined, usual: false },
	completed_at: { width: 8, edit: undefined, usual: false },
};

/** A row is known by them: they cannot be hidden. */
export const fixed: readonly ColumnId[] = ["number", "title"];

/** In rem. */
export const widths = { least: 3.5, most: 60, selector: 2.5, titleOnPhone: 11 };

export const isColumn = (name: unknown): name is ColumnId => columnIds.includes(name as ColumnId);
