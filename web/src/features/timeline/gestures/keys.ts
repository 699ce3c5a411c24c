import type { Bar } from "../../../domain/task/bars";
import { announce } from "../../../platform/announce";
import { spokenSpan } from "../describe";
import { timeline } from "../messages";
import { measures, type Plan } from "../model";
import { cancelKeyMove, commitKeyMove, commitKeyMoveSoon } from "./commit";
import { idAt, openMenu, openTask } from "./open";

const { rowHeight } = measures;

/** A bar after an arrow key; undefined when it cannot get shorter. */
export function stepped(bar: Bar, days: 1 | -1, how: "move" | "extend" | "shrink"): Bar | undefined {
	const { start, due } = bar;
	if (how === "move") return { start: start + days, due: due + days };
	// Right extends the end and left the start; when shrinking, left moves the end and right the start.
	if (how === "extend") return days > 0 ? { start, due: due + 1 } : { start: start - 1, due };
	if (start === due) return undefined;
	return days < 0 ? { start, due: due - 1 } : { start: start + 1, due };
}

export function barKeys(plan: Plan, event: KeyboardEvent, scroller: HTMLElement | null): void {
	const id = idAt(event.target, "bar");
	if (!id || event.altKey || event.metaKey) return;
	if (act(plan, id, event, scroller)) {
		event.preventDefault();
		event.stopPropagation();
	}
}

function act(plan: Plan, id: string, event: KeyboardEvent, scroller: HTMLElement | null): boolean {
	const { key } = event;
	if (key === "ArrowLeft" || key === "ArrowRight") {
		const how = event.shiftKey ? "extend" : event.ctrlKey ? "shrink" : "move";
		nudge(plan, id, key === "ArrowRight" ? 1 : -1, how);
		return true;
	}
	if (key === "Escape") return cancelKeyMove(plan);
	if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
		openMenu(plan, id, event.target as Element);
		return true;
	}
	if (event.ctrlKey || event.shiftKey) return false;
	if (key === "Enter" || key === " ") {
		openTask(plan, id);
		return true;
	}
	const ways: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
	const bars = [...plan.rowOf.peek().keys()];
	const at = bars.indexOf(id);
	const way = ways[key];
	const to = key === "Home" ? 0 : key === "End" ? bars.length - 1 : way === undefined ? undefined : at + way;
	if (to === undefined) return false;
	focusBar(plan, bars[Math.max(0, Math.min(bars.length - 1, to))], scroller);
	return true;
}

function nudge(plan: Plan, id: string, days: 1 | -1, how: "move" | "extend" | "shrink"): void {
	const task = plan.store.tables.tasks.peek(id);
	const from = plan.shown.peek().get(id);
	if (!task || !from) return;
	const bar = stepped(from, days, how);
	if (!plan.editable.peek()) announce(timeline.readOnly);
	if (!bar || !plan.editable.peek()) return;
	plan.dragged.value = { id, bar, keys: true };
	const also = plan.followerShift.peek().size;
	announce(
		timeline.moved(plan.name(task), spokenSpan(bar) + (also > 0 ? `, ${timeline.alsoMoves(also)}` : "")),
	);
	commitKeyMoveSoon(plan);
}

/** Scroll to a bar, and focus it once it is rendered. */
export function focusBar(plan: Plan, id: string | undefined, scroller: HTMLElement | null): void {
	if (id === undefined) return;
	commitKeyMove(plan);
	plan.current.value = id;
	if (scroller) reveal(plan, id, scroller);
	requestAnimationFrame(() => {
		const selector = `[data-bar="${CSS.escape(id)}"] [role="button"]`;
		scroller?.querySelector<SVGElement>(selector)?.focus({ preventScroll: true });
	});
}

function reveal(plan: Plan, id: string, scroller: HTMLElement): void {
	const bar = plan.shown.peek().get(id);
	const row = plan.rowOf.peek().get(id);
	if (!bar || row === undefined) return;
	const head = scroller.querySelector<HTMLElement>(".tl-head")?.offsetHeight ?? 0;
	const gutter = scroller.querySelector<HTMLElement>(".tl-gutter")?.offsetWidth ?? 0;
	const [top, height] = [row * rowHeight, scroller.clientHeight - head];
	if (top < scroller.scrollTop) scroller.scrollTop = top;
	else if (top + rowHeight > scroller.scrollTop + height) scroller.scrollTop = top + rowHeight - height;
	const { left, right } = plan.edges(bar);
	const width = scroller.clientWidth - gutter;
	const outside = left < scroller.scrollLeft || Math.min(right, left + 80) > scroller.scrollLeft + width;
	if (outside) scroller.scrollLeft = Math.max(0, left - width / 4);
}
