import { useLayoutEffect, useRef } from "preact/hooks";
import type { BoardModel } from "./model";

/**
 * `leave` runs when the person leaves the field of a card, and the field closes unless it says false. A card that only moves loses
 * the focus for a moment: then the field gets it back. One that is not shown any more takes its field along.
 */
export function useLeaving(
	{ editing, focus }: BoardModel,
	task: string,
	field: { current: HTMLElement | null },
	leave: () => unknown,
) {
	const lost = useRef(false);
	const latest = useRef(leave);
	latest.current = leave;
	const end = () => {
		// A key may have ended it before.
		if (editing.peek()?.id === task && latest.current() !== false) editing.value = undefined;
	};
	useLayoutEffect(() => {
		const restore = () => {
			if (lost.current) field.current?.focus({ preventScroll: true });
		};
		focus.restoreField = restore;
		// Behind the rendering: the field may have come in another list, or in the place of one that waited for it.
		return () =>
			queueMicrotask(() => {
				if (focus.restoreField !== restore) return;
				focus.restoreField = undefined;
				end();
			});
	}, []);
	return {
		onFocus: () => {
			lost.current = false;
		},
		onBlur: () => {
			lost.current = true;
			queueMicrotask(() => {
				if (lost.current && field.current) end();
			});
		},
	};
}
