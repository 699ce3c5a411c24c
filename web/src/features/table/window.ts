import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { printing } from "../../platform/printing";
import type { TableModel } from "./model";

/** Rows that are drawn beyond those in sight, above and below, so that scrolling finds them drawn. */
const beyond = 8;

/** Rows have one height, so that the place of each is known: in rem, and more where fingers press. */
const heights = { mouse: 2.25, touch: 2.75 };

export function useRowHeight(): number {
	const [height] = useState(() => {
		const isCoarse = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;
		const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
		return Math.round((isCoarse ? heights.touch : heights.mouse) * rem);
	});
	return height;
}

interface Range {
	first: number;
	/** Behind the last one. */
	end: number;
}

/** Which rows are drawn: those in sight of the element that scrolls, and some around them; all for paper. */
export function useWindow(
	model: TableModel,
	scroller: RefObject<HTMLElement | null>,
	count: number,
	height: number,
): Range {
	const [range, setRange] = useState<Range>({ first: 0, end: Math.ceil(globalThis.innerHeight / height) });
	const shown = useRef(range);
	useLayoutEffect(() => {
		const element = scroller.current;
		if (!element) return undefined;
		const look = () => {
			const from = Math.floor(element.scrollTop / height);
			const next = {
				first: Math.max(0, from - beyond),
				end: from + Math.ceil(element.clientHeight / height) + beyond,
			};
			const { first, end } = shown.current;
			// Row by row would be a rendering a row.
			const isNear = Math.abs(first - next.first) < beyond / 2 && Math.abs(end - next.end) < beyond / 2;
			if (isNear) return;
			shown.current = next;
			setRange(next);
		};
		model.reveal = (index) => {
			// The heads cover one row at the top.
			const [top, room] = [index * height, element.clientHeight - height];
			if (top < element.scrollTop) element.scrollTop = top;
			else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room;
			look();
		};
		const sizes = new ResizeObserver(look);
		sizes.observe(element);
		element.addEventListener("scroll", look, { passive: true });
		look();
		return () => {
			sizes.disconnect();
			element.removeEventListener("scroll", look);
			model.reveal = () => {};
		};
	}, [model, height]);
	if (printing.value) return { first: 0, end: count };
	return { first: Math.min(range.first, count), end: Math.min(range.end, count) };
}
