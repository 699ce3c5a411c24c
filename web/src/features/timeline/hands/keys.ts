import { announce } from "../../../lib/announce";
import { timeline } from "../../../lib/messages/timeline";
import { measures, type Plan } from "../model";
import type { Bar } from "../plan/bars";
import { spoken } from "../words";
import { idAt, letGo, openMenu, openTask } from "./bars";

const { rowHeight } = measures;
/** Key presses that follow each other are one move: one request, one event, one undo. */
const pause = 600;
let timer = 0;

/** A bar after an arrow key; undefined when it cannot get shorter. */
export function stepped(bar: Bar, days: 1 | -1, how: "move" | "extend" | "shrink"): Bar | undefined {
	const { start, due } = bar;
	if (how === "move") return { start: start + days, due: due + days };
	// Each key acts on the end that it points to or away from: right extends the end, left shrinks it.
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
	if (key === "Escape") return putBack(plan);
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
	plan.held.value = { id, bar, keys: true };
	const also = plan.carried.peek().size;
	announce(timeline.moved(plan.name(task), spoken(bar) + (also > 0 ? `, ${timeline.carries(also)}` : "")));
	clearTimeout(timer);
	timer = setTimeout(() => settle(plan), pause) as unknown as number;
}

/** End a move that keys began: after a pause, and before anything else happens. */
export function settle(plan: Plan): void {
	clearTimeout(timer);
	if (plan.held.peek()?.keys) letGo(plan);
}

function putBack(plan: Plan): boolean {
	const held = plan.held.peek();
	if (!held) return false;
	clearTimeout(timer);
	plan.held.value = null;
	const task = plan.store.tables.tasks.peek(held.id);
	if (task) announce(timeline.takenBack(plan.name(task)));
	return true;
}

/** Go to a bar: bring its row and its beginning into view, then the focus once it is drawn. */
export function focusBar(plan: Plan, id: string | undefined, scroller: HTMLElement | null): void {
	if (id === undefined) return;
	settle(plan);
	plan.current.value = id;
	if (scroller) reveal(plan, id, scroller);
	requestAnimationFrame(() => {
		const selector = `[data-bar="${CSS.escape(id)}"] [role="button"]`;
		scroller?.querySelector<SVGElement>(selector)?.focus({ preventScroll: true });
	});
}

export function reveal(plan: Plan, id: string, scroller: HTMLElement): void {
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
