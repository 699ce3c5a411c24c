import { selectActions } from "../../domain/selection/actions";
import { taskActions } from "../../domain/task/actions";
import { DeleteTask } from "../../domain/task/delete-task";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { TaskPicker } from "../../domain/task/picker";
import { inGroups, isEnabled } from "../../platform/actions";
import { MenuList } from "../../ui/menu-list";
import type { TableModel } from "./model";

const groups = [
	["task.open"],
	["task.title", "task.complete"],
	["task.move", "task.assign", "task.labels", "task.priority", "task.due"],
	["select.toggle", "task.duplicate", "task.copy_link", "task.archive", "task.delete"],
];

/** The open menu or panel of a row. It is rendered outside of the rows, so that it stays open when they move. */
export function Panels({ model }: { model: TableModel }) {
	const panel = model.panel.value;
	if (!panel) return null;
	const { what, id, anchor, typed } = panel;
	const { store } = model;
	const task = store.tables.tasks.get(id);
	const close = () => {
		if (model.panel.peek() === panel) model.panel.value = undefined;
	};
	if (!task) return null;
	if (what === "menu") {
		// The menu acts on its own row, whichever has the focus.
		const actions = taskActions({
			...model.taskContext,
			current: () => store.tables.tasks.peek(id),
			openPanel: (next, task) => model.openPanel(next, task, anchor),
		});
		const select = selectActions(model.selection, {
			...model.taskContext,
			current: () => store.tables.tasks.peek(id),
		});
		return (
			<MenuList
				key={id}
				label={taskWords.menu(nameOf(store, task))}
				actions={inGroups([...actions, ...select].filter(isEnabled), groups)}
				anchor={anchor}
				onClose={close}
			/>
		);
	}
	if (what === "delete") return <DeleteTask store={store} task={task} onClose={close} />;
	return (
		<TaskPicker
			key={`${id} ${what}`}
			store={store}
			id={id}
			kind={what}
			anchor={anchor}
			onClose={close}
			manage={model.rights.value.manage}
			typed={typed}
		/>
	);
}
