import { signal } from "@preact/signals";
import type { Task } from "boardcast";
import { scheduleTask } from "../../../domain/schedule/commands";
import { dependents } from "../../../domain/schedule/dependents";
import { announce } from "../../../platform/announce";
import { dayOf } from "../../../platform/days";
import { press } from "../../../platform/press";
import { spokenSpan } from "../describe";
import { timeline } from "../messages";
import type { Plan } from "../model";

/** The task that is dragged from the list to the plan: the position of the pointer, and the day under it. */
export const draggedTask = signal<{ id: string; x: number; y: number; day: number | null } | null>(null);

export function dragOntoPlan(
	plan: Plan,
	task: Task,
	event: PointerEvent,
	scroller: HTMLElement | null,
): void {
	if (!plan.editable.peek()) return;
	const begin = () => ({
		move: (_dx: number, _dy: number, now: PointerEvent) => {
			const [x, y] = [now.clientX, now.clientY];
			draggedTask.value = { id: task.id, x, y, day: dayAt(plan, scroller, x, y) };
		},
		drop: () => {
			const day = draggedTask.peek()?.day;
			draggedTask.value = null;
			if (typeof day !== "number") return;
			const dates = { start_on: dayOf(day), due_on: dayOf(day) };
			scheduleTask(plan.store, task, dates, dependents.peek());
			announce(timeline.moved(plan.name(task), spokenSpan({ start: day, due: day })));
		},
		cancel: () => {
			draggedTask.value = null;
		},
	});
	press(event, { begin, scroller });
}

/** The day under a point of the window; null outside of the plot. */
function dayAt(plan: Plan, scroller: HTMLElement | null, x: number, y: number): number | null {
	const plot = scroller?.querySelector(".tl-plot")?.getBoundingClientRect();
	const gutter = scroller?.querySelector(".tl-gutter")?.getBoundingClientRect();
	const box = scroller?.getBoundingClientRect();
	if (!plot || !gutter || !box) return null;
	if (x < gutter.right || x > box.right || y < box.top || y > box.bottom) return null;
	return plan.range.peek().from + Math.floor((x - plot.left) / plan.px.peek());
}
