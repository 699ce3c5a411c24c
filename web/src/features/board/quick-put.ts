import { tellHidden } from "../../domain/filter/hidden";
import { assignable } from "../../domain/member/assignable";
import { createTask } from "../../domain/task/commands";
import { parseQuick, titled } from "../../domain/task/quick-add-syntax";
import { announce } from "../../platform/announce";
import { today } from "../../platform/i18n/dates";
import { columnOfList, laneOfList } from "./lists";
import type { BoardModel } from "./model";
import { entered, keepText, unentered } from "./quick-draft";
import { quickWords } from "./quick-words";

/** Adds tasks at the end of a list, with what its lane stands for. A filter hides none of them without a word. */
export function addTasks(board: BoardModel, list: string, tasks: readonly ReturnType<typeof titled>[]): void {
	const { store } = board;
	const column = columnOfList(list);
	const lane = board.lanes.peek()?.fields(laneOfList(list) ?? "none");
	for (const fields of tasks) createTask(store, board.user, { column_id: column, ...lane, ...fields });
	const ids = store.tasksByColumn.of(column).slice(-tasks.length);
	const added = ids.flatMap((id) => store.tables.tasks.peek(id) ?? []);
	const show = () => board.focus.follow(store.tasksByColumn.of(column).at(-1) ?? "");
	if (!tellHidden(board.filter, added, show)) announce(quickWords.created(tasks.length));
}

/** Adds what was entered before the form had come, each to the board where it was. */
export function addEntered(): void {
	const rests = new Map(entered.map(({ column }) => [column, unentered(column)]));
	for (const { board, list, text } of entered.splice(0)) {
		const { members, labels } = board.store.tables;
		const known = { people: assignable(members.peekAll()), labels: labels.peekAll(), today: today() };
		addTasks(board, list, [titled(parseQuick(text, known).fields)]);
	}
	for (const [column, rest] of rests) keepText(column, rest);
}
