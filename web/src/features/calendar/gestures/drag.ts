import type { Task } from "boardcast";
import { barOf } from "../../../domain/task/bars";
import { isSaved } from "../../../live/provisional";
import { press } from "../../../platform/press";
import { type CalendarModel, type Dragged, elementOf } from "../model";
import { cancelDrag, commitDrag } from "./commit";
import { dragged, type Grip } from "./moves";
import { stepByHovering } from "./step-by-hovering";

/** Follow the pointer with a task: over the days, to other months, or out of them. */
export function dragTask(model: CalendarModel, task: Task, grip: Grip, down: PointerEvent): void {
	if (!model.editable.peek() || !isSaved(task.id)) return;
	const bar = barOf(task);
	const held = dayAt(down.clientX, down.clientY);
	const pages = stepByHovering();
	const place = (x: number, y: number): Omit<Dragged, "id"> => {
		const day = dayAt(x, y);
		if (day === undefined) {
			const isOut = !bar || (isOverTray(x, y) && grip === "whole");
			return { bar: isOut ? null : bar, isBeside: true };
		}
		return { bar: bar ? dragged(bar, grip, day - (held ?? day)) : { start: day, due: day } };
	};
	const begin = () => ({
		move: (_dx: number, _dy: number, { clientX, clientY }: PointerEvent) => {
			const next = place(clientX, clientY);
			const before = model.dragged.peek();
			const isSame =
				before?.bar?.start === next.bar?.start &&
				before?.bar?.due === next.bar?.due &&
				before?.isBeside === next.isBeside;
			if (!before || !isSame) model.dragged.value = { id: task.id, ...next };
			pages.look(clientX, clientY);
		},
		drop: () => {
			pages.stop();
			// Dropped where it came from: no edit, and nothing to say.
			const to = model.dragged.peek()?.bar;
			if (to?.start === bar?.start && to?.due === bar?.due) cancelDrag(model);
			else commitDrag(model);
		},
		cancel: () => {
			pages.stop();
			cancelDrag(model);
		},
	});
	const onLongPress = () => {
		model.panel.value = { kind: "menu", id: task.id, at: () => elementOf(task.id) };
	};
	press(down, { begin, scroller: document.querySelector(".cal-weeks"), onLongPress });
}

/** The day under a point of the window. Bars lie over the cells of other days, so that only the place counts. */
function dayAt(x: number, y: number): number | undefined {
	for (const week of document.querySelectorAll<HTMLElement>(".cal-week")) {
		const box = week.getBoundingClientRect();
		if (y < box.top || y >= box.bottom || x < box.left || x >= box.right) continue;
		const share = (x - box.left) / box.width;
		const isRtl = getComputedStyle(week).direction === "rtl";
		return Number(week.dataset["week"]) + Math.floor((isRtl ? 1 - share : share) * 7);
	}
	return undefined;
}

function isOverTray(x: number, y: number): boolean {
	return document.elementFromPoint(x, y)?.closest(".cal-tray") != null;
}
