import { type Signal, signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { inTurn } from "../../../platform/turns";
import { measures, type Plan } from "../model";

/** The element that scrolls, once it is rendered. */
export type Scroller = { readonly current: HTMLDivElement | null };

/** The rows and pixels near the visible part. In coarse steps, so that scrolling seldom renders. */
export interface Viewport {
	rows: Signal<Rows>;
	x: Signal<{ from: number; to: number }>;
}
interface Rows {
	first: number;
	last: number;
}

const rowStep = 10;
const xStep = 600;

export function useViewport(plan: Plan) {
	const scroller = useRef<HTMLDivElement>(null);
	const [viewport] = useState<Viewport>(() => ({
		rows: signal({ first: 0, last: 20 }),
		x: signal({ from: 0, to: 4000 }),
	}));
	const cancel = useRef(() => {});
	/** Render the rows in sight at once, and those near them in tasks of their own. */
	const show = (seen: Rows, near: Rows) => {
		cancel.current();
		const next = widened(viewport.rows.peek(), seen, near);
		if (!isSame(next, viewport.rows.peek())) viewport.rows.value = next;
		if (!isSame(next, near)) cancel.current = inTurn(() => show(seen, near));
	};
	const measure = () => {
		const element = scroller.current;
		if (!element) return;
		const gutter = element.querySelector<HTMLElement>(".tl-gutter")?.offsetWidth ?? 0;
		const sight = { left: element.scrollLeft, width: element.clientWidth - gutter };
		const before = plan.sight.peek();
		if (before.left !== sight.left || before.width !== sight.width) plan.sight.value = sight;
		plan.width.value = element.clientWidth;
		plan.height.value =
			element.clientHeight - (element.querySelector<HTMLElement>(".tl-head")?.offsetHeight ?? 0);
		const [top, count] = [element.scrollTop / measures.rowHeight, element.clientHeight / measures.rowHeight];
		show({ first: Math.floor(top), last: Math.ceil(top + count) }, step(top, count));
		const { start, size } = stepped(element.scrollLeft, element.clientWidth, xStep);
		if (viewport.x.peek().from !== start || viewport.x.peek().to !== start + size)
			viewport.x.value = { from: start, to: start + size };
	};
	useLayoutEffect(() => {
		measure();
		const observer = new ResizeObserver(measure);
		if (scroller.current) observer.observe(scroller.current);
		return () => {
			observer.disconnect();
			cancel.current();
		};
	}, []);
	return { scroller, viewport, measure };
}

function step(at: number, seen: number): Rows {
	const { start, size } = stepped(at, seen, rowStep);
	return { first: Math.max(0, start), last: start + size };
}

/** `at` rounded down, and one step more on each side, so that scrolling finds them rendered. */
function stepped(at: number, seen: number, by: number) {
	const start = Math.floor(at / by) * by - by;
	return { start, size: Math.ceil(seen / by) * by + 3 * by };
}

/** As many rows of `near` as may be rendered now: those in sight, those that are rendered, and one step more. */
function widened(now: Rows, seen: Rows, near: Rows): Rows {
	const isFar = now.first > seen.last || now.last < seen.first;
	const from = isFar ? seen : now;
	return {
		first: Math.min(Math.max(0, seen.first), Math.max(near.first, from.first - (isFar ? 0 : rowStep / 2))),
		last: Math.max(seen.last, Math.min(near.last, from.last + (isFar ? 0 : rowStep / 2))),
	};
}

const isSame = (a: Rows, b: Rows) => a.first === b.first && a.last === b.last;
