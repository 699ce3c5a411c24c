// Cells are copied and pasted as spreadsheets do it.
import type { Task } from "boardcast";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { announce } from "../../platform/announce";
import { toast } from "../../platform/toasts";
import { applyCells, type CellEdit } from "./apply";
import { type ColumnId, selector } from "./columns";
import { table as words } from "./messages";
import type { TableModel } from "./model";
import { understand } from "./paste";
import { fromTsv, toTsv } from "./tsv";
import { textOf } from "./values";

/** So many cells at most, each of which is an edit of its own. */
const most = 500;

export function useClipboard(model: TableModel, scroller: RefObject<HTMLElement | null>): void {
	useEffect(() => {
		/** The cells have the focus, and no field in them. */
		const isHere = () =>
			model.hasFocus &&
			!model.editing.peek() &&
			!model.panel.peek() &&
			scroller.current?.contains(document.activeElement) === true;
		const onCopy = (event: ClipboardEvent) => {
			if (!isHere() || document.getSelection()?.isCollapsed === false) return;
			const cells = copied(model);
			if (cells.length === 0) return;
			event.preventDefault();
			event.clipboardData?.setData("text/plain", toTsv(cells));
			announce(words.copied(cells.flat().length));
		};
		const onPaste = (event: ClipboardEvent) => {
			if (!isHere() || !model.rights.peek().write) return;
			const text = event.clipboardData?.getData("text/plain") ?? "";
			if (text === "") return;
			event.preventDefault();
			paste(model, text);
		};
		document.addEventListener("copy", onCopy);
		document.addEventListener("paste", onPaste);
		return () => {
			document.removeEventListener("copy", onCopy);
			document.removeEventListener("paste", onPaste);
		};
	}, [model]);
}

const dataColumns = (model: TableModel) =>
	model.columns.peek().filter((column): column is ColumnId => column !== selector);

/** The cell that has the focus, or the rows that are selected. */
function copied(model: TableModel): string[][] {
	const { store, selection } = model;
	const { row, column } = model.stop.peek();
	const selected = new Set(selection.tasks.peek().map(({ id }) => id));
	if (selected.size > 0) {
		const columns = dataColumns(model);
		return model
			.order()
			.flatMap((id) => (selected.has(id) ? (store.tables.tasks.peek(id) ?? []) : []))
			.map((task) => columns.map((one) => textOf(store, task, one)));
	}
	const task = model.taskAt(row);
	return task && column !== selector ? [[textOf(store, task, column)]] : [];
}

function paste(model: TableModel, text: string): void {
	const found = editsOf(model, fromTsv(text));
	if ("refused" in found) {
		toast({ tone: "danger", text: words.pastedNothing, detail: found.refused, project: model.store.id });
		return;
	}
	applyCells(model.store, found.edits);
	announce(words.pasted(found.edits.length));
}

/** What the pasted cells change, all of them, or why it is refused. */
function editsOf(model: TableModel, cells: readonly string[][]): { edits: CellEdit[] } | { refused: string } {
	const { store } = model;
	const no = words.notPasted;
	const targets = targetsOf(model, cells);
	if ("refused" in targets) return targets;
	const edits: CellEdit[] = [];
	for (const { task, column, text } of targets.cells) {
		const value = understand(store, task, column, text);
		if ("refused" in value) return value;
		edits.push({ id: task.id, column, value });
	}
	return edits.length > most ? { refused: no.much(most) } : { edits };
}

interface Target {
	task: Task;
	column: ColumnId;
	text: string;
}

/** One cell goes into all selected rows; more begin at the cell that has the focus. */
function targetsOf(model: TableModel, cells: readonly string[][]): { cells: Target[] } | { refused: string } {
	const no = words.notPasted;
	const columns = dataColumns(model);
	const { row, column } = model.stop.peek();
	const first = columns.indexOf(column === selector ? "number" : column);
	const selected = model.selection.tasks.peek();
	const [single] = cells.length === 1 && cells[0]?.length === 1 ? cells[0] : [];
	const at = columns[first];
	if (single !== undefined && selected.length > 1 && at) {
		return { cells: selected.map((task) => ({ task, column: at, text: single })) };
	}
	const rows = model.rows.peek().slice(model.places.peek().get(row) ?? 0);
	const found: Target[] = [];
	for (const [index, line] of cells.entries()) {
		const below = rows[index];
		if (below?.kind === "group") return { refused: no.group };
		const task = below && store(model, below.id);
		if (!task) return { refused: no.rows(cells.length - index) };
		const beside = columns.slice(first);
		if (line.length > beside.length) return { refused: no.cells(line.length - beside.length) };
		for (const [step, text] of line.entries()) {
			const column = beside[step];
			// A row that was copied whole has what cannot be changed: where it is the same nothing is to be done.
			if (column && textOf(model.store, task, column) !== text) found.push({ task, column, text });
		}
	}
	return { cells: found };
}

const store = (model: TableModel, id: string) => model.store.tables.tasks.peek(id);
