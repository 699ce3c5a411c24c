import { useEffect, useRef } from "preact/hooks";
import { modals } from "./modals";

/**
 * What has the focus may be moved or removed by another person, and the focus would be gone. `read` notes what an element of the
 * view stands for when it gets the focus; after a rendering by `changed` that has lost it, `give` finds the focus another place.
 */
export function useLostFocus<T>(
	read: (element: Element) => T | undefined,
	changed: readonly unknown[],
	give: (lost: T) => void,
): void {
	const held = useRef<T | undefined>(undefined);
	useEffect(() => {
		const onFocus = ({ target }: FocusEvent) => {
			held.current = read(target as Element);
		};
		// A press beside it takes the focus away by intent.
		const onPress = ({ target }: PointerEvent) => {
			if (read(target as Element) === undefined) held.current = undefined;
		};
		document.addEventListener("focusin", onFocus);
		document.addEventListener("pointerdown", onPress);
		return () => {
			document.removeEventListener("focusin", onFocus);
			document.removeEventListener("pointerdown", onPress);
		};
	}, []);
	// Behind the rendering, which may have brought the focus to where the person wants it.
	useEffect(() => {
		if (held.current === undefined || document.activeElement !== document.body) return;
		if (modals.peek().length === 0 && !document.querySelector(":popover-open")) give(held.current);
	}, changed);
}
