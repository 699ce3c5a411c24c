import { batch } from "@preact/signals";
import type { Task } from "boardcast";
import { scheduleTask } from "../../../domain/schedule/commands";
import { dependents } from "../../../domain/schedule/dependents";
import { type Bar, barOf, type Dates, datesOf } from "../../../domain/task/bars";
import { nameOf } from "../../../domain/task/names";
import { announce } from "../../../platform/announce";
import { dayOf } from "../../../platform/days";
import { spoken } from "../describe";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";

/** Reschedule the dragged task to where it lies. In one batch, so that it does not jump back in between. */
export function commitDrag(model: CalendarModel): void {
	const dragged = model.dragged.peek();
	const task = dragged && model.store.tables.tasks.peek(dragged.id);
	if (!dragged || !task) {
		model.dragged.value = null;
		return;
	}
	const { bar, lifted } = dragged;
	const where = bar ? `${spoken(bar)}${alsoMoves(model)}` : calendar.tray;
	batch(() => {
		model.dragged.value = null;
		if (bar) scheduleTask(model.store, task, datesAt(bar, task), dependents.peek());
		else scheduleTask(model.store, task, { start_on: null, due_on: null }, "keep");
	});
	announce((lifted ? calendar.dropped : calendar.moved)(nameOf(model.store, task), where));
}

/** A task without a date becomes due on the day where it is dropped. */
function datesAt(bar: Bar, task: Task): Dates {
	if (barOf(task)) return datesOf(bar, task);
	return { start_on: null, due_on: dayOf(bar.due) };
}

/** Put the dragged task back to where it was. */
export function cancelDrag(model: CalendarModel): void {
	const dragged = model.dragged.peek();
	if (!dragged) return;
	model.dragged.value = null;
	const task = model.store.tables.tasks.peek(dragged.id);
	const bar = task && barOf(task);
	if (task && bar && dragged.lifted) announce(calendar.putBack(nameOf(model.store, task), spoken(bar)));
}

export function alsoMoves(model: CalendarModel): string {
	const also = model.followerShift.peek().size;
	return also > 0 ? `, ${calendar.alsoMoves(also)}` : "";
}
