// Cards are moved by keyboard: by one place at once, or lifted, carried and dropped.
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { announce } from "../../platform/announce";
import type { Direction } from "./focus";
import { columnOfList, laneOfList } from "./lists";
import { board as words } from "./messages";
import type { BoardModel, Lifted } from "./model";
import { put } from "./put";

/** Move the focused card by one place: `Shift` and an arrow. */
export function shift(board: BoardModel, direction: Direction): void {
	const id = board.focus.now();
	const task = id === undefined ? undefined : board.store.tables.tasks.peek(id);
	if (!task) return;
	const list = board.listOf(task);
	const place = { id: task.id, list, from: list, index: board.shown(list).indexOf(task.id) };
	const to = neighbourOf(board, place, direction);
	if (!to) return;
	put(board, task, list, to.list, board.shown(to.list), to.index);
	board.focus.follow(task.id, to.list);
}

export function lift(board: BoardModel): void {
	const id = board.focus.now();
	const task = id === undefined ? undefined : board.store.tables.tasks.peek(id);
	if (!task) return;
	const list = board.listOf(task);
	board.lifted.value = { id: task.id, list, from: list, index: board.shown(list).indexOf(task.id) };
	announce(words.lifted(where(board)));
}

/** Move the lifted card by one place. The server is not told before it is dropped. */
export function stepLifted(board: BoardModel, direction: Direction): void {
	const lifted = board.lifted.peek();
	const to = lifted && neighbourOf(board, lifted, direction);
	if (!to) return;
	board.lifted.value = to;
	board.focus.follow(to.id, to.list);
	announce(where(board));
}

export function dropLifted(board: BoardModel): void {
	const lifted = board.lifted.peek();
	const task = lifted && board.store.tables.tasks.peek(lifted.id);
	const said = where(board);
	if (lifted && task) {
		const shown = board.shown(lifted.list);
		board.lifted.value = undefined;
		put(board, task, lifted.from, lifted.list, shown, lifted.index);
		board.focus.follow(task.id, lifted.list);
	}
	board.lifted.value = undefined;
	announce(words.dropped(said));
}

export function cancelLift(board: BoardModel): void {
	const lifted = board.lifted.peek();
	if (!lifted) return;
	const { id, from } = lifted;
	board.lifted.value = undefined;
	board.focus.follow(id, from);
	const task = board.store.tables.tasks.peek(id);
	if (!task) return;
	const list = board.listOf(task);
	announce(words.putBack(say(board, { id, list, index: board.shown(list).indexOf(id) })));
}

/** The next place in a direction; undefined at the edge of the board. */
function neighbourOf(board: BoardModel, from: Lifted, direction: Direction): Lifted | undefined {
	const others = board.shown(from.list).filter((id) => id !== from.id).length;
	const rows = board.rows.peek();
	const row = rows.findIndex((lists) => lists.includes(from.list));
	const column = rows[row]?.indexOf(from.list) ?? -1;
	if (direction === "up" && from.index > 0) return { ...from, index: from.index - 1 };
	if (direction === "down" && from.index < others) return { ...from, index: from.index + 1 };
	const step = direction === "up" || direction === "left" ? -1 : 1;
	const isAcross = direction === "left" || direction === "right";
	const list = isAcross ? rows[row]?.[column + step] : rows[row + step]?.[column];
	if (list === undefined) return undefined;
	const count = board.shown(list).length;
	// Into the lane above at its end, into the one below at its beginning.
	return { ...from, list, index: isAcross ? Math.min(from.index, count) : step < 0 ? count : 0 };
}

function where(board: BoardModel): string {
	const lifted = board.lifted.peek();
	return lifted ? say(board, lifted) : "";
}

function say(board: BoardModel, { id, list, index }: Omit<Lifted, "from">): string {
	const task = board.store.tables.tasks.peek(id);
	const name = task ? nameOf(board.store, task) : "";
	const column = board.store.tables.columns.peek(columnOfList(list))?.name ?? "";
	const lane = laneOfList(list);
	const place = lane === undefined ? column : (board.lanes.peek()?.placeName(column, lane) ?? column);
	return taskWords.at(name, place, index + 1, board.shown(list).length);
}
