import { selectActions } from "../../domain/selection/actions";
import { type TaskContext, taskActions } from "../../domain/task/actions";
import { DeleteTask } from "../../domain/task/delete-task";
import { task as words } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { TaskPicker } from "../../domain/task/picker";
import { inGroups, isEnabled } from "../../platform/actions";
import { MenuList } from "../../ui/menu-list";
import type { BoardModel } from "./model";

const groups = [
	["task.open"],
	["task.title", "task.complete"],
	["task.move", "task.assign", "task.labels", "task.priority", "task.due"],
	["select.toggle", "task.copy_link", "task.duplicate", "task.archive", "task.delete"],
];

/** The open menu or panel of a card. It is rendered outside of the cards, so that it stays open when they move. */
export function CardPanels({ board }: { board: BoardModel }) {
	const panel = board.panel.value;
	if (!panel) return null;
	const { what, id, anchor } = panel;
	const task = board.store.tables.tasks.get(id);
	if (!task) return null;
	const close = () => {
		if (board.panel.peek() === panel) board.panel.value = undefined;
	};
	if (what === "menu") {
		// The menu acts on its own card, whichever has the focus.
		const context: TaskContext = {
			...board.taskContext,
			current: () => board.store.tables.tasks.peek(id),
			openPanel: (next, task) => board.openPanel(next, task, panel),
		};
		const actions = [...taskActions(context), ...selectActions(board.selection, context)];
		return (
			<MenuList
				key={id}
				label={words.menu(nameOf(board.store, task))}
				actions={inGroups(actions.filter(isEnabled), groups)}
				anchor={anchor}
				onClose={close}
			/>
		);
	}
	if (what === "delete") return <DeleteTask store={board.store} task={task} onClose={close} />;
	if (what === "title") return null;
	return (
		<TaskPicker
			key={`${id} ${what}`}
			store={board.store}
			id={id}
			kind={what}
			anchor={anchor}
			onClose={close}
			manage={board.rights.value.manage}
		/>
	);
}
