import { isSaved } from "../../live/provisional";
import { go } from "../../platform/router";
import { applyCells } from "./apply";
import { declared, selector } from "./columns";
import { sortBy, widen } from "./heads";
import { headRow, type TableModel } from "./model";
import { emptied } from "./paste";

/** So many rows are a page, for the keys. */
const page = 15;

/** The keys of the grid, as the ARIA pattern has them. What they do not use goes on to the actions of the page. */
export function onKeyDown(model: TableModel, event: KeyboardEvent): void {
	if (model.editing.peek() || event.altKey || event.defaultPrevented) return;
	const used = event.ctrlKey || event.metaKey ? withControl(model, event) : alone(model, event);
	if (used) event.preventDefault();
}

function withControl(model: TableModel, { key }: KeyboardEvent): boolean {
	const { row } = model.stop.peek();
	const [rows, columns] = [model.rows.peek(), model.columns.peek()];
	if (key === "Home") model.goTo({ row: rows[0]?.key ?? row, column: columns[0] ?? "title" });
	else if (key === "End") model.goTo({ row: rows.at(-1)?.key ?? row, column: columns.at(-1) ?? "title" });
	else return false;
	return true;
}

function alone(model: TableModel, event: KeyboardEvent): boolean {
	const { key, shiftKey } = event;
	const stop = model.stop.peek();
	const isRtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
	const side = { ArrowLeft: isRtl ? 1 : -1, ArrowRight: isRtl ? -1 : 1 }[key];
	if (stop.row === headRow && stop.column !== selector) {
		if (key === "Enter" || key === " ") sortBy(model, stop.column);
		else if (shiftKey && side) widen(model, stop.column, side as 1 | -1);
		else return moves(model, key, side);
		return true;
	}
	if (shiftKey && (key === "ArrowUp" || key === "ArrowDown")) {
		extend(model, key === "ArrowUp" ? -1 : 1);
		return true;
	}
	return cell(model, event) || moves(model, key, side);
}

function moves(model: TableModel, key: string, side: number | undefined): boolean {
	const { columns } = model;
	if (side !== undefined) model.move(0, side);
	else if (key === "ArrowDown") model.move(1, 0);
	else if (key === "ArrowUp") model.move(-1, 0);
	else if (key === "PageDown") model.move(page, 0);
	else if (key === "PageUp") model.move(-page, 0);
	else if (key === "Home") model.move(0, -columns.peek().length);
	else if (key === "End") model.move(0, columns.peek().length);
	else return false;
	return true;
}

/** What a key does in the cell that has the focus. */
function cell(model: TableModel, { key, shiftKey }: KeyboardEvent): boolean {
	const stop = model.stop.peek();
	const row = model.row(stop.row);
	if (stop.row === headRow) {
		if (key !== " " && key !== "Enter") return false;
		if (model.selection.tasks.peek().length > 0) model.selection.clear();
		else model.selection.all();
		return true;
	}
	if (row?.kind === "group") {
		if (key !== "Enter" && key !== " ") return false;
		toggleGroup(model, row.key);
		return true;
	}
	const task = model.taskAt(stop.row);
	if (!task) return false;
	if (key === " ") {
		if (shiftKey) model.selection.extendTo(task.id);
		else model.selection.toggle(task.id);
		return true;
	}
	if (key === "Enter" || key === "F2") {
		if (stop.column === selector) model.selection.toggle(task.id);
		else if (declared[stop.column].edit !== undefined && model.rights.peek().write) model.edit(stop);
		else if (isSaved(task.id)) go(model.address(task));
		return true;
	}
	if (stop.column === selector) return false;
	if (key === "Backspace" || key === "Delete") return empty(model, key);
	const { edit } = declared[stop.column];
	// Help and search are never far: titles seldom begin with their keys.
	const isTyped = key.length === 1 && key !== "?" && key !== "/";
	const begins = isTyped && (edit === "text" || (edit === "day" && /\d/.test(key)));
	if (!begins || !model.rights.peek().write) return false;
	model.edit(stop, key);
	return true;
}

/** Empties a cell that may be empty. In the others Delete means what it means elsewhere, and Backspace nothing. */
function empty(model: TableModel, key: string): boolean {
	const { row, column } = model.stop.peek();
	const task = model.taskAt(row);
	if (!task || column === selector || !model.rights.peek().write) return false;
	if (model.selection.tasks.peek().length > 0) return false;
	const value = emptied(model.store, task, column);
	if (value) applyCells(model.store, [{ id: task.id, column, value }]);
	// A cell of a title or a column cannot be empty; that is no wish to archive the task.
	return value !== undefined || key === "Backspace" || declared[column].edit !== undefined;
}

export function toggleGroup(model: TableModel, key: string): void {
	model.settings.toggleGroup(model.group.peek(), key.replace(/^group /, ""));
}

/** Selects from the row of the focus on, row by row. */
function extend(model: TableModel, by: 1 | -1): void {
	const from = model.taskAt(model.stop.peek().row);
	if (from && !model.selection.has(from.id)) model.selection.toggle(from.id);
	model.move(by, 0);
	const to = model.taskAt(model.stop.peek().row);
	if (to) model.selection.extendTo(to.id);
}
