import { selectActions } from "../../../domain/selection/actions";
import { type TaskContext, taskActions } from "../../../domain/task/actions";
import { DeleteTask } from "../../../domain/task/delete-task";
import { task as taskWords } from "../../../domain/task/messages";
import { nameOf } from "../../../domain/task/names";
import { TaskPicker } from "../../../domain/task/picker";
import { inGroups, isEnabled } from "../../../platform/actions";
import { dayOf } from "../../../platform/days";
import { wholeDay } from "../../../ui/day-text";
import { MenuList } from "../../../ui/menu-list";
import { Popover } from "../../../ui/popover";
import type { CalendarModel } from "../model";
import { DayList } from "./day-list";

const groups = [
	["task.open"],
	["task.complete"],
	["task.move", "task.assign", "task.labels", "task.priority", "task.due"],
	["select.toggle", "task.copy_link", "task.archive", "task.delete"],
];

/** The open menu or panel. It is rendered outside of the days, so that it stays open when tasks move. */
export function Panels({ model }: { model: CalendarModel }) {
	const panel = model.panel.value;
	if (!panel) return null;
	const { at } = panel;
	const close = () => {
		if (model.panel.peek() === panel) model.panel.value = null;
	};
	if (panel.kind === "day") {
		const name = wholeDay(dayOf(panel.day));
		return (
			<Popover key={panel.day} label={name} anchor={at} onClose={close} wide>
				<h2 class="cal-panel-title">{name}</h2>
				<DayList day={panel.day} model={model} isAdding={panel.adding} />
			</Popover>
		);
	}
	const { kind, id } = panel;
	const task = model.store.tables.tasks.get(id);
	if (!task || kind === "title") return null;
	if (kind === "menu") {
		// The menu acts on its own task, whichever has the focus.
		const context: TaskContext = {
			...model.taskContext,
			current: () => model.store.tables.tasks.peek(id),
			openPanel: (what, task) => model.openPanel(what, task, at),
		};
		const actions = [...taskActions(context), ...selectActions(model.selection, context)];
		return (
			<MenuList
				key={id}
				label={taskWords.menu(nameOf(model.store, task))}
				actions={inGroups(actions.filter(isEnabled), groups)}
				anchor={at}
				onClose={close}
			/>
		);
	}
	if (kind === "delete") return <DeleteTask store={model.store} task={task} onClose={close} />;
	return (
		<TaskPicker
			key={`${id} ${kind}`}
			store={model.store}
			id={id}
			kind={kind}
			anchor={at}
			onClose={close}
			manage={model.rights.value.manage}
		/>
	);
}
