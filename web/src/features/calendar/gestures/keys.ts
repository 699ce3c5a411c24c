import { barOf } from "../../../domain/task/bars";
import { nameOf } from "../../../domain/task/names";
import { isSaved } from "../../../live/provisional";
import { announce } from "../../../platform/announce";
import { dayByKey } from "../../../ui/day-keys";
import { spoken } from "../describe";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";
import { isShown, show } from "../place";
import { alsoMoves } from "./commit";
import { dragged } from "./moves";

/** The keys of the days. Those of a lifted task are the page's, as its element is replaced when it moves. */
export function dayKeys(model: CalendarModel, event: KeyboardEvent): void {
	if (event.ctrlKey || event.altKey || event.metaKey || model.dragged.peek()) return;
	const target = event.target as HTMLElement;
	const cell = target.closest<HTMLElement>("[data-day]");
	const at = Number(cell?.dataset["day"]);
	if (Number.isNaN(at)) return;
	if (target === cell && (event.key === "Enter" || event.key === " ")) model.openDay(at, false);
	else {
		const next = dayByKey(event, at);
		if (next === undefined) return;
		model.goTo(next, true);
	}
	event.preventDefault();
	event.stopPropagation();
}

/** Take the focused task up: from now on the arrows move it. */
export function lift(model: CalendarModel): void {
	const task = model.current();
	const bar = task && barOf(task);
	if (!task || !bar || !isSaved(task.id)) return;
	model.dragged.value = { id: task.id, bar, lifted: true };
	announce(calendar.lifted(nameOf(model.store, task), spoken(bar)));
}

/** Move the lifted task by days, or its end. The server is not told before it is dropped. */
export function moveLifted(model: CalendarModel, days: number, grip: "whole" | "due"): void {
	const lifted = model.dragged.peek();
	const task = lifted && model.store.tables.tasks.peek(lifted.id);
	if (!lifted?.bar || !task) return;
	const bar = dragged(lifted.bar, grip, days);
	model.wanted = { task: lifted.id };
	model.dragged.value = { ...lifted, bar };
	const seen = grip === "due" ? bar.due : bar.start;
	if (!isShown(seen)) show(seen);
	announce(calendar.moved(nameOf(model.store, task), `${spoken(bar)}${alsoMoves(model)}`));
}
