import type { Signal } from "@preact/signals";
import { task as taskWords } from "../../domain/task/messages";
import { isSaved } from "../../live/provisional";
import type { Action } from "../../platform/actions";
import type { Direction } from "./focus";
import { moving } from "./later";
import { board as words } from "./messages";
import type { BoardModel } from "./model";

const arrows: Record<Direction, string> = {
	up: "ArrowUp",
	down: "ArrowDown",
	left: "ArrowLeft",
	right: "ArrowRight",
};
const letters: Record<Direction, string> = { left: "h", down: "j", up: "k", right: "l" };
const directions = ["up", "down", "left", "right"] as const;

/** The board's own actions: moving the focus, moving cards, adding. */
export function boardActions(board: BoardModel): Action[] {
	const group = () => words.group;
	const idle = () => !isLifted(board);
	const focused = () => board.focus.now() !== undefined;
	const movable = () => focused() && board.rights.value.write && isSaved(board.focus.now() ?? "");
	const navigate = (direction: Direction, shortcut: string, enabled: () => boolean): Action => ({
		id: `board.focus_${direction}`,
		label: () => words.navigate[direction],
		group,
		shortcut,
		enabled,
		hidden: true,
		run: () =>
			idle() ? board.focus.step(direction) : moving.use(({ stepLifted }) => stepLifted(board, direction)),
	});
	return [
		...directions.map((direction) => navigate(direction, arrows[direction], focused)),
		// `l` opens the labels of a focused card; without one it moves the focus to the right.
		...directions.map((direction) =>
			navigate(direction, letters[direction], () => direction !== "right" || !focused() || !idle()),
		),
		...directions.map((direction) => ({
			id: `task.move_${direction}`,
			label: () => words.move[direction],
			group,
			shortcut: `Shift+${arrows[direction]}`,
			enabled: () => movable() && idle(),
			hidden: true,
			run: () => moving.use(({ shift }) => shift(board, direction)),
		})),
		{
			id: "task.lift",
			label: () => words.lift,
			group,
			shortcut: "Space",
			enabled: movable,
			hidden: true,
			run: () =>
				idle()
					? lifting(
							board,
							true,
							moving.use(({ lift }) => lift(board)),
						)
					: dropLifted(board),
		},
		{
			...hidden(
				"task.drop",
				"Enter",
				() => !idle(),
				() => dropLifted(board),
			),
		},
		{
			...hidden(
				"task.put_back",
				"Escape",
				() => !idle(),
				() => cancelLift(board),
			),
		},
		{
			id: "task.create",
			label: () => taskWords.fresh,
			group,
			shortcut: "c",
			enabled: () => board.rights.value.write && board.columnIds.peek().length > 0,
			subject: () => board.columnSubject(),
			run: () => {
				board.adding.value = board.listToAddTo();
			},
		},
		opens("board.display", words.display, board.showsDisplay),
		opens("board.archive", words.archiveTitle, board.showsArchive),
		opens("board.trash", words.trashTitle, board.showsTrash, () => board.rights.value.write),
		{
			id: "column.create",
			label: () => words.addColumn,
			group,
			enabled: () => board.rights.value.manage,
			run: () => {
				board.columnDialog.value = "create";
			},
		},
	];
	function opens(id: string, label: string, shows: Signal<boolean>, enabled = () => true): Action {
		const run = () => {
			shows.value = true;
		};
		return { id, label: () => label, group, enabled, run };
	}
	function hidden(id: string, shortcut: string, enabled: () => boolean, run: () => void): Action {
		return { id, label: () => words.lift, group, shortcut, enabled, run, hidden: true };
	}
}

/** What is pressed before the code has come that lifts a card is about that card too. */
function isLifted(board: BoardModel): boolean {
	return board.lifting?.will ?? board.lifted.peek() !== undefined;
}

function lifting(board: BoardModel, will: boolean, done: Promise<unknown>): void {
	const mine = { will };
	board.lifting = mine;
	const over = () => {
		if (board.lifting === mine) board.lifting = undefined;
	};
	void done.then(over, over);
}

function dropLifted(board: BoardModel): void {
	lifting(
		board,
		false,
		moving.use(({ dropLifted }) => dropLifted(board)),
	);
}

export function cancelLift(board: BoardModel): void {
	if (isLifted(board))
		lifting(
			board,
			false,
			moving.use(({ cancelLift }) => cancelLift(board)),
		);
}
