import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { printing } from "../../platform/printing";
import { inTurn } from "../../platform/turns";
import { VirtualList } from "./virtual-list";

/** The height of a card before it is measured, in pixels. */
const estimatedHeight = 100;
const gap = 8;
/** How many cards are rendered beyond those in sight, above and below, so that scrolling finds them rendered. */
const beyond = 6;
/** How many of them are rendered with the cards in sight; the others follow in tasks of their own. */
const atOnce = 2;

interface Options {
	scroller: RefObject<HTMLElement | null>;
	ids: readonly string[];
	/** Cards that stay rendered wherever the list is scrolled: the dragged one, and the one that has the focus. */
	kept: readonly (string | undefined)[];
}

/** Renders only the cards of a list that are in sight, and all for paper: a column may hold thousands. */
export function useVirtualList({ scroller, ids, kept }: Options) {
	const [, redraw] = useReducer((turn: number) => turn + 1, 0);
	const rendered = useRef<ReadonlySet<string>>(new Set());
	const isWhole = useRef(true);
	const isPrinting = printing.value;
	const options = {
		scroller: () => scroller.current,
		keys: ids,
		choose: (first: number, last: number) => {
			isWhole.current = true;
			if (isPrinting) return ids.map((_, index) => index);
			const { indexes, missing } = near(first, last, ids.length, (index) =>
				rendered.current.has(ids[index] ?? ""),
			);
			isWhole.current = missing === 0;
			for (const id of kept) {
				const index = id === undefined ? -1 : ids.indexOf(id);
				if (index >= 0) indexes.add(index);
			}
			return [...indexes].sort((a, b) => a - b);
		},
		changed: () => redraw(undefined),
	};
	const [list] = useState(() => new VirtualList(estimatedHeight, gap, options));
	list.setOptions(options);
	useLayoutEffect(() => list.attach(), [list]);
	useAnchor(list, scroller, ids);
	useLayoutEffect(() => {
		rendered.current = new Set(list.getVirtualItems().map(({ key }) => key));
		return isWhole.current ? undefined : inTurn(() => redraw(undefined));
	});
	return list;
}

/** The cards in sight, and those beyond that are rendered already or may be now; `missing` counts the others. */
function near(first: number, last: number, count: number, isRendered: (index: number) => boolean) {
	const indexes = new Set<number>();
	for (let index = first; index <= last; index++) indexes.add(index);
	let fresh = 0;
	for (let by = 1; by <= beyond; by++) {
		for (const index of [last + by, first - by]) {
			if (index < 0 || index >= count) continue;
			if (isRendered(index) || fresh++ < atOnce) indexes.add(index);
		}
	}
	return { indexes, missing: Math.max(0, fresh - atOnce) };
}

/** Keeps the visible cards in place when cards above them come or go. */
function useAnchor(list: VirtualList, scroller: RefObject<HTMLElement | null>, ids: readonly string[]): void {
	const before = useRef<{ ids: readonly string[]; starts: ReadonlyMap<string, number> }>(undefined);
	useLayoutEffect(() => {
		const element = scroller.current;
		const drawn = list.getVirtualItems();
		const starts = new Map(drawn.map((item) => [item.key, item.start]));
		const last = before.current;
		before.current = { ids, starts };
		if (!element || !last || last.ids === ids || element.scrollTop === 0) return;
		for (const [id, start] of last.starts) {
			const now = starts.get(id);
			if (start < element.scrollTop || now === undefined) continue;
			if (now !== start) element.scrollTop += now - start;
			return;
		}
	});
}
