import { plural } from "../../platform/i18n/language";
import type { ColumnId } from "./columns";
import type { GroupBy } from "./group-by";

const columns: Record<ColumnId, string> = {
	number: "Number",
	title: "Title",
	column: "Column",
	assignees: "Assignees",
	labels: "Labels",
	priority: "Priority",
	milestone: "Milestone",
	start_on: "Start",
	due_on: "Due",
	estimate: "Estimate",
	checklist: "Checklist",
	comments: "Comments",
	created_at: "Created",
	updated_at: "Updated",
	completed_at: "Completed",
};

const groupedBy: Record<GroupBy, string> = {
	none: "Not grouped",
	column: "Group by column",
	assignee: "Group by assignee",
	label: "Group by label",
	priority: "Group by priority",
	milestone: "Group by milestone",
};

export const table = {
	group: "Table",
	name: "Tasks",
	columns,
	groupedBy,
	groupNames: {
		column: "column",
		assignee: "assignee",
		label: "label",
		priority: "priority",
		milestone: "milestone",
	},
	grouping: "Group",
	groupedAs: "Group:",
	noGroup: {
		column: "No column",
		assignee: "Nobody",
		label: "No label",
		priority: "No priority",
		milestone: "No milestone",
	},
	count: (count: number) => plural("en", count, { one: "task", other: "tasks" }),
	chooseColumns: "Columns",
	chooseColumnsHint: "Columns of the table",
	resetColumns: "Usual columns and widths",
	resize: (column: string) => `Width of the column ${column}`,
	resized: (column: string, pixels: number) => `${column}: ${pixels} pixels wide`,
	headHint: "Enter sorts. Shift with the left and right arrows changes the width.",
	sorted: { ascending: "ascending", descending: "descending", none: "not sorted" },
	sortedBy: (column: string, how: string) => `${column}: ${how}`,
	keys: "Arrows move, Enter edits, Escape restores. Space selects the row. Ctrl with C and V copies and pastes cells.",
	empty: "No tasks yet",
	emptyHint: "Each task of the board is a row here. Add the first one on the board.",
	toBoard: "Go to the board",
	selectAll: "Select all tasks",
	selectRow: (name: string) => `Select ${name}`,
	done: "Done",
	checklist: (done: number, all: number) => `${done}/${all}`,
	titleOf: (name: string) => `Title of ${name}`,
	estimateOf: (name: string) => `Estimate of ${name}`,
	estimateWrong: ({ minimum, maximum }: { minimum: number; maximum: number }) =>
		`A number from ${minimum} to ${maximum.toLocaleString("en")}, or nothing.`,

	editCell: "Edit the cell",
	copy: "Copy cells",
	paste: "Paste cells",
	selectKey: "Select the row",
	copied: (count: number) => `${plural("en", count, { one: "cell", other: "cells" })} copied`,
	pasted: (count: number) => `${plural("en", count, { one: "cell", other: "cells" })} pasted`,
	pastedNothing: "Nothing was pasted",
	pastedPartly: "What another person changed since stays as it is.",
	notPasted: {
		blank: (where: string) => `${where}: a title needs a text.`,
		long: (where: string) => `${where}: the title is too long.`,
		fixed: (where: string) => `${where} cannot be changed.`,
		unknown: (where: string, text: string) => `${where}: there is no “${text}”.`,
		several: (where: string, text: string) => `${where}: “${text}” may be more than one.`,
		day: (where: string, text: string) => `${where}: “${text}” is no day.`,
		number: (where: string, text: string) => `${where}: “${text}” is no number that an estimate can be.`,
		rows: (count: number) =>
			`The table ends before the last ${plural("en", count, { one: "row", other: "rows" })} of it.`,
		cells: (count: number) =>
			`The table has ${plural("en", count, { one: "column", other: "columns" })} too few for it.`,
		much: (most: number) => `It is more than ${most.toLocaleString("en")} cells.`,
		group: "The rows below belong to a group that is closed.",
	},
	where: (name: string, column: string) => `${name}, ${column}`,
};
