import {
	defaultRangeExtractor,
	elementScroll,
	observeElementOffset,
	observeElementRect,
	Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

const guess = 84;
const gap = 8;

interface Options {
	scroller: RefObject<HTMLElement | null>;
	ids: readonly string[];
	/** Cards that stay drawn wherever the list is scrolled: in the hand, or with the focus. */
	kept: readonly (string | undefined)[];
}

/** Draws only the cards of a list that can be seen: a column may hold thousands. */
export function useWindow({ scroller, ids, kept }: Options) {
	const [, redraw] = useReducer((turn: number) => turn + 1, 0);
	const options = {
		count: ids.length,
		getScrollElement: () => scroller.current,
		getItemKey: (index: number) => ids[index] ?? index,
		estimateSize: () => guess,
		gap,
		overscan: 6,
		// What the first drawing shows before the column has been measured.
		initialRect: { width: 280, height: globalThis.innerHeight ?? 800 },
		observeElementRect,
		observeElementOffset,
		scrollToFn: elementScroll,
		rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
			const indexes = new Set(defaultRangeExtractor(range));
			for (const id of kept) {
				const index = id === undefined ? -1 : ids.indexOf(id);
				if (index >= 0) indexes.add(index);
			}
			return [...indexes].sort((a, b) => a - b);
		},
		onChange: () => redraw(undefined),
	};
	const [list] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
	list.setOptions(options);
	useEffect(() => list._didMount(), [list]);
	useLayoutEffect(() => list._willUpdate());
	useAnchor(list, scroller, ids);
	return list;
}

/** Cards that come or go above what somebody reads do not push it away. */
function useAnchor(
	list: Virtualizer<HTMLElement, HTMLElement>,
	scroller: RefObject<HTMLElement | null>,
	ids: readonly string[],
): void {
	const before = useRef<{ ids: readonly string[]; starts: ReadonlyMap<string, number> }>(undefined);
	useLayoutEffect(() => {
		const element = scroller.current;
		const drawn = list.getVirtualItems();
		const starts = new Map(drawn.map((item) => [String(item.key), item.start]));
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
