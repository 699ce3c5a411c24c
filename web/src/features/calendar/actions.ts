import { filterActions } from "../../domain/filter/actions";
import { selectActions } from "../../domain/selection/actions";
import { taskActions } from "../../domain/task/actions";
import type { Action } from "../../platform/actions";
import { numberOf } from "../../platform/days";
import { today } from "../../platform/i18n/dates";
import { useActions } from "../../platform/use-actions";
import { modals } from "../../ui/modals";
import { cancelDrag, commitDrag } from "./gestures/commit";
import { lift, moveLifted } from "./gestures/keys";
import { calendar } from "./messages";
import { type CalendarModel, elementOf } from "./model";
import { mode, modes, setMode, step } from "./place";

/** Registers what can be done here: buttons, keys, menus and the palette show it. */
export function useCalendarActions(model: CalendarModel): void {
	useActions(() =>
		[
			...filterActions(model.filter),
			...selectActions(model.selection, model.taskContext),
			...taskActions(model.taskContext),
			...placeActions(model),
			...liftActions(model),
		].map((action) => ({
			...action,
			// Actions of the calendar are disabled while a dialog is open over it.
			enabled: () => modals.peek().length === 0 && (action.enabled?.() ?? true),
		})),
	);
}

const group = () => calendar.group;

function placeActions(model: CalendarModel): Action[] {
	const go = (to: () => number) => () => model.goTo(to());
	return [
		{
			id: "calendar.today",
			label: () => calendar.toToday,
			group,
			shortcut: ".",
			run: go(() => numberOf(today())),
		},
		{
			id: "calendar.earlier",
			label: () => calendar.earlier[mode.peek()],
			group,
			shortcut: "[",
			run: go(() => step(-1)),
		},
		{
			id: "calendar.later",
			label: () => calendar.later[mode.peek()],
			group,
			shortcut: "]",
			run: go(() => step(1)),
		},
		...modes.map((name) => ({
			id: `calendar.${name}`,
			label: () => calendar.showMode[name],
			group,
			checked: () => mode.value === name,
			run: () => setMode(name),
		})),
		{
			id: "task.create",
			label: () => calendar.newTask,
			group,
			shortcut: "c",
			enabled: () => model.editable.peek() && model.columns.peek().length > 0,
			run: () => model.openDay(model.stop.peek(), true),
		},
		{
			id: "calendar.days",
			label: () => calendar.days,
			group,
			shortcut: "ArrowRight",
			native: true,
			hidden: true,
			run: () => {},
		},
		{
			id: "calendar.open_day",
			label: () => calendar.openDay,
			group,
			shortcut: "Enter",
			native: true,
			hidden: true,
			run: () => {},
		},
	];
}

/** A lifted task is moved by the page's keys: its element may be another one after each of them. */
function liftActions(model: CalendarModel): Action[] {
	const isLifted = () => model.dragged.peek()?.lifted === true;
	const key = (id: string, shortcut: string, run: () => void, enabled = isLifted): Action => ({
		id,
		label: () => calendar.lift,
		group,
		shortcut,
		hidden: true,
		enabled,
		run,
	});
	const end = (how: (model: CalendarModel) => void) => () => {
		model.wanted = { task: model.dragged.peek()?.id ?? "" };
		how(model);
	};
	const drop = end(commitDrag);
	const putBack = end(cancelDrag);
	const aside = () => (getComputedStyle(document.body).direction === "rtl" ? -1 : 1);
	const mayLift = () => {
		const task = model.current();
		return model.editable.peek() && task !== undefined && document.activeElement === elementOf(task.id);
	};
	return [
		key(
			"task.lift",
			"Space",
			() => (isLifted() ? drop() : lift(model)),
			() => isLifted() || mayLift(),
		),
		key("task.drop", "Enter", drop),
		key("task.put_back", "Escape", putBack),
		key("task.day_later", "ArrowRight", () => moveLifted(model, aside(), "whole")),
		key("task.day_earlier", "ArrowLeft", () => moveLifted(model, -aside(), "whole")),
		key("task.week_later", "ArrowDown", () => moveLifted(model, 7, "whole")),
		key("task.week_earlier", "ArrowUp", () => moveLifted(model, -7, "whole")),
		key("task.end_later", "Shift+ArrowRight", () => moveLifted(model, aside(), "due")),
		key("task.end_earlier", "Shift+ArrowLeft", () => moveLifted(model, -aside(), "due")),
	];
}
