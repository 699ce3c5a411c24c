import { batch } from "@preact/signals";
import { announce } from "../../../lib/announce";
import { timeline } from "../../../lib/messages/timeline";
import { go } from "../../../lib/router";
import { link } from "../edit/dependencies";
import { schedule } from "../edit/schedule";
import type { Plan } from "../model";
import { type Bar, datesOf } from "../plan/bars";
import type { Scroller } from "../view/viewport";
import { spoken } from "../words";
import { barKeys, settle } from "./keys";
import { type Gesture, press } from "./press";

/** Pointer and keys on bars and arrows, heard once for the whole drawing: rows come and go while it scrolls. */
export function useBarHands(plan: Plan, scroller: Scroller): (plot: SVGSVGElement) => () => void {
	return (plot) => {
		const over = new AbortController();
		const listen = { signal: over.signal };
		plot.addEventListener("pointerdown", (event) => onDown(plan, plot, scroller.current, event), listen);
		plot.addEventListener("click", (event) => !wasDragged(event) && onClick(plan, event), listen);
		plot.addEventListener("contextmenu", (event) => onMenu(plan, event), listen);
		plot.addEventListener("pointerover", (event) => rest(plan, event), listen);
		plot.addEventListener("pointerleave", () => rest(plan, null), listen);
		plot.addEventListener("keydown", (event) => barKeys(plan, event, scroller.current), listen);
		// On the element around it: an SVG that listens for the focus takes it.
		plot.parentElement?.addEventListener("focusin", (event) => onFocus(plan, event), listen);
		plot.parentElement?.addEventListener("focusout", () => settle(plan), listen);
		return () => {
			over.abort();
			settle(plan);
			rest(plan, null);
		};
	};
}

export function idAt(target: EventTarget | null, name: "bar" | "link"): string | undefined {
	const found = target instanceof Element ? target.closest<SVGElement>(`[data-${name}]`) : null;
	return found?.dataset[name];
}

let down: { x: number; y: number } | undefined;

/** Who may not move bars still tries to, and does not mean to open them. */
function wasDragged(event: MouseEvent): boolean {
	const from = event.detail > 0 ? down : undefined;
	return from !== undefined && Math.hypot(event.clientX - from.x, event.clientY - from.y) > 8;
}

function onDown(plan: Plan, plot: SVGSVGElement, scroller: HTMLElement | null, event: PointerEvent): void {
	down = { x: event.clientX, y: event.clientY };
	const id = idAt(event.target, "bar");
	if (!id || !plan.editable.peek()) return;
	settle(plan);
	const grip = (event.target as Element).closest<SVGElement>("[data-grip]")?.dataset["grip"];
	const begin = () => (grip === "link" ? draw(plan, plot, id) : carry(plan, id, grip));
	const held = () => openMenu(plan, id, event.target as Element);
	press(event, { begin, scroller, held });
}

/** Move the bar, or one of its ends. */
function carry(plan: Plan, id: string, grip: string | undefined): Gesture | null {
	const from = plan.bars.peek().get(id);
	if (!from) return null;
	plan.current.value = id;
	plan.held.value = { id, bar: from };
	return {
		move: (dx) => {
			const bar = pulled(from, grip, Math.round(dx / plan.px.peek()));
			const now = plan.held.peek()?.bar;
			if (now?.start !== bar.start || now.due !== bar.due) plan.held.value = { id, bar };
		},
		drop: () => letGo(plan),
		cancel: () => {
			plan.held.value = null;
		},
	};
}

export function pulled(from: Bar, grip: string | undefined, days: number): Bar {
	if (grip === "start") return { start: Math.min(from.start + days, from.due), due: from.due };
	if (grip === "end") return { start: from.start, due: Math.max(from.due + days, from.start) };
	return { start: from.start + days, due: from.due + days };
}

/** What is held becomes what is planned, in one step, so that nothing jumps back in between. */
export function letGo(plan: Plan): void {
	const held = plan.held.peek();
	const task = held && plan.store.tables.tasks.peek(held.id);
	if (!held || !task) return;
	const also = plan.carried.peek().size;
	batch(() => {
		plan.held.value = null;
		schedule(plan, task, datesOf(held.bar, task));
	});
	if (!held.keys) {
		const where = spoken(held.bar) + (also > 0 ? `, ${timeline.carries(also)}` : "");
		announce(timeline.moved(plan.name(task), where));
	}
}

/** Draw a dependency from a bar's knob to the bar that shall wait for it. */
function draw(plan: Plan, plot: SVGSVGElement, from: string): Gesture {
	return {
		move: (_dx, _dy, event) => {
			const box = plot.getBoundingClientRect();
			const found = idAt(document.elementFromPoint(event.clientX, event.clientY), "bar");
			const to = found && found !== from ? found : null;
			plan.cord.value = { from, to, x: event.clientX - box.left, y: event.clientY - box.top };
		},
		drop: () => {
			const to = plan.cord.peek()?.to;
			plan.cord.value = null;
			const [task, other] = [to && plan.store.tables.tasks.peek(to), plan.store.tables.tasks.peek(from)];
			if (task && other) link(plan, task, other);
		},
		cancel: () => {
			plan.cord.value = null;
		},
	};
}

function onClick(plan: Plan, event: MouseEvent): void {
	const id = idAt(event.target, "bar");
	const line = idAt(event.target, "link");
	if (id) openTask(plan, id);
	else if (line && plan.editable.peek()) {
		const at = new DOMRect(event.clientX, event.clientY, 0, 0);
		plan.panel.value = { kind: "link", id: line, at };
	}
}

export function openTask(plan: Plan, id: string): void {
	const task = plan.store.tables.tasks.peek(id);
	if (!task) return;
	settle(plan);
	plan.current.value = id;
	go({ name: "project", key: plan.address.peek(), view: "timeline", task: task.number });
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

export function openMenu(plan: Plan, id: string, at: Element | DOMRect): void {
	settle(plan);
	plan.current.value = id;
	plan.pointed.value = null;
	plan.panel.value = { kind: "menu", id, at };
}

let resting = 0;

/** A pointer that rests on a bar asks what it is. */
function rest(plan: Plan, event: PointerEvent | null): void {
	const id = (event?.pointerType !== "touch" && event && idAt(event.target, "bar")) || null;
	clearTimeout(resting);
	if (id === plan.pointed.peek()) return;
	if (id === null) plan.pointed.value = null;
	else {
		resting = setTimeout(() => {
			plan.pointed.value = id;
		}, 350) as unknown as number;
	}
}

function onFocus(plan: Plan, event: FocusEvent): void {
	const id = idAt(event.target, "bar");
	if (id) plan.current.value = id;
}
