import type { Task } from "boardcast";
import { moveTask } from "../../domain/task/commands";
import { type Place, placeAt, placeOf } from "../../domain/task/place";
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
	const beside = lane === undefined ? undefined : lanes?.put(task, laneOfList(from) ?? lane, lane);
	const { store } = board;
	const now = store.tables.tasks.peek(task.id) ?? task;
	const column = columnOfList(list);
	if (column !== task.column_id || !beside) {
		moveTask(store, now, placeAt(column, shown, task.id, index), beside);
		return;
	}
	const before = placeOf(store, now);
	const after = placeAt(column, shown, task.id, index);
	const move = (to: Place) => () => {
		const moved = store.tables.tasks.peek(task.id);
		if (moved) moveTask.withoutUndo(store, moved, to);
	};
	move(after)();
	lanes?.tell(now, lane ?? "", beside, { back: move(before), again: move(after) });
}
