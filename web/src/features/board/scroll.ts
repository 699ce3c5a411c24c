// Where a board was scrolled to: remembered as long as the tab, so that coming back from the timeline shows the same cards.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import type { VirtualList } from "./virtual-list";

interface Kept {
	/** How far the columns are scrolled, in pixels. */
	left: number;
	/**
	 * By column: the first card that begins in sight, and how far above it the list is scrolled. Heights differ, and are
	 * measured late: what lies above a card may grow or shrink, and the list keeps the card in its place then.
	 */
	columns: Record<string, { card: string; by: number }>;
}

const pause = 150;
/** The frames within which the cards around the place are drawn and measured. */
const settling = 6;
const nameOf = (project: string) => `boardcast.scroll.${project}`;

function readScroll(project: string): Kept {
	const none: Kept = { left: 0, columns: {} };
	try {
		return { ...none, ...(JSON.parse(sessionStorage.getItem(nameOf(project)) ?? "{}") as Partial<Kept>) };
	} catch {
		return none;
	}
}

function keepScroll(project: string, change: (kept: Kept) => void): void {
	const kept = readScroll(project);
	change(kept);
	try {
		sessionStorage.setItem(nameOf(project), JSON.stringify(kept));
	} catch {
		// Without storage the board begins at its start.
	}
}

/** Follows and restores the scrolling of the columns as a whole. */
export function useBoardScroll(project: string, root: RefObject<HTMLElement | null>): void {
	useLayoutEffect(() => {
		const { left } = readScroll(project);
		if (root.current && left !== 0) root.current.scrollLeft = left;
	}, [project]);
	useScrolled(root, project, ({ scrollLeft }) => {
		keepScroll(project, (kept) => {
			kept.left = scrollLeft;
		});
	});
}

/** Follows and restores the scrolling of one column. */
export function useColumnScroll(
	project: string,
	column: string,
	scroller: RefObject<HTMLElement | null>,
	list: VirtualList,
	ids: readonly string[],
): void {
	useLayoutEffect(() => {
		const kept = readScroll(project).columns[column];
		if (!kept) return undefined;
		let left = settling;
		let frame = 0;
		const restore = () => {
			const index = ids.indexOf(kept.card);
			const start = index < 0 ? undefined : list.startOf(index);
			if (scroller.current && start !== undefined) scroller.current.scrollTop = start + kept.by;
			// The cards above are measured once they are drawn, and move the others.
			if (--left > 0) frame = requestAnimationFrame(restore);
		};
		restore();
		return () => cancelAnimationFrame(frame);
	}, [project, column]);
	useScrolled(scroller, column, ({ scrollTop }) => {
		const first = list.getVirtualItems().find(({ start }) => start >= scrollTop);
		keepScroll(project, ({ columns }) => {
			if (scrollTop > 0 && first) columns[column] = { card: first.key, by: scrollTop - first.start };
			else delete columns[column];
		});
	});
}

function useScrolled(ref: RefObject<HTMLElement | null>, of: string, tell: (element: HTMLElement) => void) {
	useEffect(() => {
		const element = ref.current;
		if (!element) return undefined;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const onScroll = () => {
			clearTimeout(timer);
			timer = setTimeout(() => tell(element), pause);
		};
		element.addEventListener("scroll", onScroll, { passive: true });
		return () => {
			clearTimeout(timer);
			element.removeEventListener("scroll", onScroll);
		};
	}, [of]);
}
