import { linkTasks } from "../../../domain/dependency/commands";
import type { Bar } from "../../../domain/task/bars";
import { type Gesture, press } from "../../../platform/press";
import type { Plan } from "../model";
import type { Scroller } from "../view/viewport";
import { commitDrag, commitKeyMove } from "./commit";
import { barKeys } from "./keys";
import { idAt, openMenu, openTask } from "./open";

/** Pointer and key events of all bars and arrows. The plot handles them, because bars come and go while it scrolls. */
export function useBarGestures(plan: Plan, scroller: Scroller): (plot: SVGSVGElement) => () => void {
	return (plot) => {
		const over = new AbortController();
		const listen = { signal: over.signal };
		plot.addEventListener("pointerdown", (event) => onDown(plan, plot, scroller.current, event), listen);
		plot.addEventListener("click", (event) => !wasDragged(event) && onClick(plan, event), listen);
		plot.addEventListener("contextmenu", (event) => onMenu(plan, event), listen);
		plot.addEventListener("pointerover", (event) => hover(plan, event), listen);
		plot.addEventListener("pointerleave", () => hover(plan, null), listen);
		plot.addEventListener("keydown", (event) => barKeys(plan, event, scroller.current), listen);
		// On the element around it: an SVG that listens for the focus takes it.
		plot.parentElement?.addEventListener("focusin", (event) => onFocus(plan, event), listen);
		plot.parentElement?.addEventListener("focusout", () => commitKeyMove(plan), listen);
		return () => {
			over.abort();
			commitKeyMove(plan);
			hover(plan, null);
		};
	};
}

let down: { x: number; y: number } | undefined;

/** Whether a click ended a drag. Viewers drag bars too, in vain, and do not mean to open them. */
function wasDragged(event: MouseEvent): boolean {
	const from = event.detail > 0 ? down : undefined;
	return from !== undefined && Math.hypot(event.clientX - from.x, event.clientY - from.y) > 8;
}

function onDown(plan: Plan, plot: SVGSVGElement, scroller: HTMLElement | null, event: PointerEvent): void {
	down = { x: event.clientX, y: event.clientY };
	const id = idAt(event.target, "bar");
	if (!id || !plan.editable.peek()) return;
	commitKeyMove(plan);
	const grip = (event.target as Element).closest<SVGElement>("[data-grip]")?.dataset["grip"];
	const begin = () => (grip === "link" ? dragLink(plan, plot, id) : dragBar(plan, id, grip));
	const onLongPress = () => openMenu(plan, id, event.target as Element);
	press(event, { begin, scroller, onLongPress });
}

/** Move the bar, or one of its ends. */
function dragBar(plan: Plan, id: string, grip: string | undefined): Gesture | null {
	const from = plan.bars.peek().get(id);
	if (!from) return null;
	plan.current.value = id;
	plan.dragged.value = { id, bar: from };
	return {
		move: (dx) => {
			const bar = pulled(from, grip, Math.round(dx / plan.px.peek()));
			const now = plan.dragged.peek()?.bar;
			if (now?.start !== bar.start || now.due !== bar.due) plan.dragged.value = { id, bar };
		},
		drop: () => commitDrag(plan),
		cancel: () => {
			plan.dragged.value = null;
		},
	};
}

export function pulled(from: Bar, grip: string | undefined, days: number): Bar {
	if (grip === "start") return { start: Math.min(from.start + days, from.due), due: from.due };
	if (grip === "end") return { start: from.start, due: Math.max(from.due + days, from.start) };
	return { start: from.start + days, due: from.due + days };
}

/** Draw a dependency from the knob of a bar to the bar that is to wait for it. */
function dragLink(plan: Plan, plot: SVGSVGElement, from: string): Gesture {
	return {
		move: (_dx, _dy, event) => {
			const box = plot.getBoundingClientRect();
			const found = idAt(document.elementFromPoint(event.clientX, event.clientY), "bar");
			const to = found && found !== from ? found : null;
			plan.linkDrag.value = { from, to, x: event.clientX - box.left, y: event.clientY - box.top };
		},
		drop: () => {
			const to = plan.linkDrag.peek()?.to;
			plan.linkDrag.value = null;
			const [task, other] = [to && plan.store.tables.tasks.peek(to), plan.store.tables.tasks.peek(from)];
			if (task && other) linkTasks(plan.store, task, other);
		},
		cancel: () => {
			plan.linkDrag.value = null;
		},
	};
}

function onClick(plan: Plan, event: MouseEvent): void {
	const id = idAt(event.target, "bar");
	const line = idAt(event.target, "link");
	if (id && plan.editable.peek() && plan.selection.tap(event, id)) plan.current.value = id;
	else if (id) openTask(plan, id);
	else if (line && plan.editable.peek()) {
		const at = new DOMRect(event.clientX, event.clientY, 0, 0);
		plan.panel.value = { kind: "link", id: line, at };
	}
}

function onMenu(plan: Plan, event: MouseEvent): void {
	const id = idAt(event.target, "bar");
	if (!id) return;
	event.preventDefault();
	openMenu(
		plan,
		id,
		event.clientX ? new DOMRect(event.clientX, event.clientY, 0, 0) : (event.target as Element),
	);
}

let hoverTimer = 0;

/** Show the tooltip of a bar once the pointer rests on it. */
function hover(plan: Plan, event: PointerEvent | null): void {
	const id = (event?.pointerType !== "touch" && event && idAt(event.target, "bar")) || null;
	clearTimeout(hoverTimer);
	if (id === plan.pointed.peek()) return;
	if (id === null) plan.pointed.value = null;
	else {
		hoverTimer = setTimeout(() => {
			plan.pointed.value = id;
		}, 350) as unknown as number;
	}
}

function onFocus(plan: Plan, event: FocusEvent): void {
	const id = idAt(event.target, "bar");
	if (id) plan.current.value = id;
}
