import type { Action } from "../../lib/actions/registry";
import { announce } from "../../lib/announce";
import { board as words } from "../../lib/messages/board";
import { task as taskWords } from "../../lib/messages/task";
import { setQuery } from "../../lib/router";
import { moveTask } from "../../lib/tasks/edits";
import { nameOf } from "../../lib/tasks/names";
import { isSaved, placeAt } from "../../lib/tasks/places";
import { filterField } from "./bar";
import { mine, writeFilter } from "./filter";
import type { Direction } from "./focus";
import type { BoardModel, Lifted } from "./model";

const arrows: Record<Direction, string> = {
	up: "ArrowUp",
	down: "ArrowDown",
	left: "ArrowLeft",
	right: "ArrowRight",
};
const letters: Record<Direction, string> = { left: "h", down: "j", up: "k", right: "l" };
const directions = ["up", "down", "left", "right"] as const;

/** The board's own keys: going about, moving cards, adding, filtering. */
export function boardActions(board: BoardModel): Action[] {
	const group = () => words.group;
	const quiet = () => board.lifted.peek() === undefined;
	const focused = () => board.focus.now() !== undefined;
	const movable = () => focused() && board.rights.value.write && isSaved(board.focus.now() ?? "");
	const navigate = (direction: Direction, shortcut: string, enabled: () => boolean): Action => ({
		id: `board.focus_${direction}`,
		label: () => words.navigate[direction],
		group,
		shortcut,
		enabled,
		hidden: true,
		run: () => (quiet() ? board.focus.step(direction) : carry(board, direction)),
	});
	return [
		...directions.map((direction) => navigate(direction, arrows[direction], focused)),
		// `l` opens the labels of a focused card; without one it goes right.
		...directions.map((direction) =>
			navigate(direction, letters[direction], () => direction !== "right" || !focused() || !quiet()),
		),
		...directions.map((direction) => ({
			id: `task.move_${direction}`,
			label: () => words.move[direction],
			group,
			shortcut: `Shift+${arrows[direction]}`,
			enabled: () => movable() && quiet(),
			hidden: true,
			run: () => shift(board, direction),
		})),
		{
			id: "task.lift",
			label: () => words.lift,
			group,
			shortcut: "Space",
			enabled: movable,
			hidden: true,
			run: () => (quiet() ? lift(board) : settle(board)),
		},
		{
			...hidden(
				"task.drop",
				"Enter",
				() => !quiet(),
				() => settle(board),
			),
		},
		{
			...hidden(
				"task.put_back",
				"Escape",
				() => !quiet(),
				() => putBack(board),
			),
		},
		{
			id: "task.create",
			label: () => taskWords.fresh,
			group,
			shortcut: "c",
			enabled: () => board.rights.value.write && board.columnIds.peek().length > 0,
			run: () => {
				board.adding.value = board.current()?.column_id ?? board.columnIds.peek()[0];
			},
		},
		{
			id: "board.filter",
			label: () => words.focusFilter,
			group,
			shortcut: "f",
			run: () => document.getElementById(filterField)?.focus(),
		},
		{
			id: "board.mine",
			label: () => words.toggleMine,
			group,
			shortcut: "q",
			run: () => setQuery(writeFilter(mine(board.filter.peek()))),
		},
	];
	function hidden(id: string, shortcut: string, enabled: () => boolean, run: () => void): Action {
		return { id, label: () => words.lift, group, shortcut, enabled, run, hidden: true };
	}
}

/** Move at once: `Shift` and an arrow. */
function shift(board: BoardModel, direction: Direction): void {
	const id = board.focus.now();
	const task = id === undefined ? undefined : board.store.tables.tasks.peek(id);
	if (!task) return;
	const index = board.shown(task.column_id).indexOf(task.id);
	const to = beside(board, { id: task.id, column: task.column_id, index }, direction);
	if (!to) return;
	moveTask(board.store, task, placeAt(to.column, board.shown(to.column), task.id, to.index));
	board.focus.follow(task.id);
}

function lift(board: BoardModel): void {
	const id = board.focus.now();
	const task = id === undefined ? undefined : board.store.tables.tasks.peek(id);
	if (!task) return;
	const index = board.shown(task.column_id).indexOf(task.id);
	board.lifted.value = { id: task.id, column: task.column_id, index };
	announce(words.lifted(where(board)));
}

/** One step with the lifted card; nobody else sees it yet. */
function carry(board: BoardModel, direction: Direction): void {
	const lifted = board.lifted.peek();
	const to = lifted && beside(board, lifted, direction);
	if (!to) return;
	board.lifted.value = to;
	board.focus.follow(to.id);
	announce(where(board));
}

function settle(board: BoardModel): void {
	const lifted = board.lifted.peek();
	const task = lifted && board.store.tables.tasks.peek(lifted.id);
	const said = where(board);
	if (lifted && task) {
		const shown = board.shown(lifted.column);
		const place = placeAt(lifted.column, shown, task.id, lifted.index);
		board.lifted.value = undefined;
		moveTask(board.store, task, place);
		board.focus.follow(task.id);
	}
	board.lifted.value = undefined;
	announce(words.dropped(said));
}

export function putBack(board: BoardModel): void {
	const id = board.lifted.peek()?.id;
	if (id === undefined) return;
	board.lifted.value = undefined;
	board.focus.follow(id);
	const task = board.store.tables.tasks.peek(id);
	const index = task ? board.shown(task.column_id).indexOf(id) : -1;
	if (task) announce(words.putBack(say(board, { id, column: task.column_id, index })));
}

/** The next place in a direction, or none at the board's edge. */
function beside(board: BoardModel, from: Lifted, direction: Direction): Lifted | undefined {
	const others = board.shown(from.column).filter((id) => id !== from.id).length;
	if (direction === "up") return from.index > 0 ? { ...from, index: from.index - 1 } : undefined;
	if (direction === "down") return from.index < others ? { ...from, index: from.index + 1 } : undefined;
	const columns = board.columnIds.peek();
	const column = columns[columns.indexOf(from.column) + (direction === "left" ? -1 : 1)];
	if (column === undefined) return undefined;
	return { ...from, column, index: Math.min(from.index, board.shown(column).length) };
}

function where(board: BoardModel): string {
	const lifted = board.lifted.peek();
	return lifted ? say(board, lifted) : "";
}

function say(board: BoardModel, { id, column, index }: Lifted): string {
	const task = board.store.tables.tasks.peek(id);
	const name = task ? nameOf(board.store, task) : "";
	const count = board.shown(column).length;
	return taskWords.at(name, board.store.tables.columns.peek(column)?.name ?? "", index + 1, count);
}
