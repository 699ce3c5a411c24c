import { signal } from "@preact/signals";
import { announce } from "../../../lib/announce";
import type { Task } from "../../../lib/api/types";
import { timeline } from "../../../lib/messages/timeline";
import { schedule } from "../edit/schedule";
import type { Plan } from "../model";
import { dayOf } from "../plan/days";
import { spoken } from "../words";
import { press } from "./press";

/** A task on its way from the list to the plan: where the pointer is, and the day below it. */
export const carried = signal<{ id: string; x: number; y: number; day: number | null } | null>(null);

export function place(plan: Plan, task: Task, event: PointerEvent, scroller: HTMLElement | null): void {
	if (!plan.editable.peek()) return;
	const begin = () => ({
		move: (_dx: number, _dy: number, now: PointerEvent) => {
			const [x, y] = [now.clientX, now.clientY];
			carried.value = { id: task.id, x, y, day: dayAt(plan, scroller, x, y) };
		},
		drop: () => {
			const day = carried.peek()?.day;
			carried.value = null;
			if (typeof day !== "number") return;
			const dates = { start_on: dayOf(day), due_on: dayOf(day) };
			schedule(plan, task, dates);
			announce(timeline.moved(plan.name(task), spoken({ start: day, due: day })));
		},
		cancel: () => {
			carried.value = null;
		},
	});
	press(event, { begin, scroller });
}

/** The day under a point of the window; null beside the drawing. */
function dayAt(plan: Plan, scroller: HTMLElement | null, x: number, y: number): number | null {
	const plot = scroller?.querySelector(".tl-plot")?.getBoundingClientRect();
	const gutter = scroller?.querySelector(".tl-gutter")?.getBoundingClientRect();
	const box = scroller?.getBoundingClientRect();
	if (!plot || !gutter || !box) return null;
	if (x < gutter.right || x > box.right || y < box.top || y > box.bottom) return null;
	return plan.range.peek().from + Math.floor((x - plot.left) / plan.px.peek());
}
