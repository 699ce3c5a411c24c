import { type Signal, signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { measures, type Plan } from "../model";

/** The element that scrolls, once it is there. */
export type Scroller = { readonly current: HTMLDivElement | null };

/** What of the plot is near the screen. In coarse steps, so that scrolling seldom renders. */
export interface Viewport {
	rows: Signal<{ first: number; last: number }>;
	x: Signal<{ from: number; to: number }>;
}

const rowStep = 10;
const xStep = 600;

export function useViewport(plan: Plan) {
	const scroller = useRef<HTMLDivElement>(null);
	const [viewport] = useState<Viewport>(() => ({
		rows: signal({ first: 0, last: 60 }),
		x: signal({ from: 0, to: 4000 }),
	}));
	const look = () => {
		const element = scroller.current;
		if (!element) return;
		plan.width.value = element.clientWidth;
		plan.height.value =
			element.clientHeight - (element.querySelector<HTMLElement>(".tl-head")?.offsetHeight ?? 0);
		set(
			viewport.rows,
			step(element.scrollTop / measures.rowHeight, element.clientHeight / measures.rowHeight),
		);
		const { start, size } = stepped(element.scrollLeft, element.clientWidth, xStep);
		if (viewport.x.peek().from !== start || viewport.x.peek().to !== start + size)
			viewport.x.value = { from: start, to: start + size };
	};
	useLayoutEffect(() => {
		look();
		const observer = new ResizeObserver(look);
		if (scroller.current) observer.observe(scroller.current);
		return () => observer.disconnect();
	}, []);
	return { scroller, viewport, look };
}

function step(at: number, seen: number): { first: number; last: number } {
	const { start, size } = stepped(at, seen, rowStep);
	return { first: Math.max(0, start), last: start + size };
}

/** `at` rounded down and one step around, so that the edge is drawn before it is reached. */
function stepped(at: number, seen: number, by: number) {
	const start = Math.floor(at / by) * by - by;
	return { start, size: Math.ceil(seen / by) * by + 3 * by };
}

function set(rows: Viewport["rows"], next: { first: number; last: number }): void {
	const now = rows.peek();
	if (now.first !== next.first || now.last !== next.last) rows.value = next;
}
