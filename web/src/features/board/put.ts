import type { Task } from "@boardcast/client";
import { moveTask } from "../../domain/task/commands";
import { placeAt } from "../../domain/task/place";
import { columnOfList, laneOfList } from "./lists";
import type { BoardModel } from "./model";

/**
 * Put a task, by its card in the list `from`, at a place of another list as it is shown; in another lane it gets what that lane
 * stands for. One undo takes back both.
 */
export function put(
	board: BoardModel,
	task: Task,
	from: string,
	list: string,
	shown: readonly string[],
	index: number,
): void {
	const lanes = board.lanes.peek();
	const lane = laneOfList(list);
	const back = lane === undefined ? undefined : lanes?.put(task, laneOfList(from) ?? lane, lane);
	const now = board.store.tables.tasks.peek(task.id) ?? task;
	const column = columnOfList(list);
	const isSaid = column !== task.column_id;
	if (isSaid || !back) moveTask(board.store, now, placeAt(column, shown, task.id, index), back);
	else {
		const before = placeAt(column, board.found(column), task.id, board.found(column).indexOf(task.id));
		moveTask.withoutUndo(board.store, now, placeAt(column, shown, task.id, index));
		lanes?.tell(now, lane ?? "", () => {
			back();
			const moved = board.store.tables.tasks.peek(task.id);
			if (moved) moveTask.withoutUndo(board.store, moved, before);
		});
	}
}
