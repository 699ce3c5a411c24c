import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { withDnd } from "./with-dnd";

/** Cards can be dropped into the list, behind all others of it. */
export function useListTarget(ref: RefObject<HTMLElement | null>, list: string, on: boolean): void {
	useEffect(() => {
		const element = ref.current;
		if (!element || !on) return undefined;
		return withDnd(({ dropTargetForElements }) =>
			dropTargetForElements({
				element,
				canDrop: ({ source }) => "card" in source.data,
				getData: () => ({ list }),
			}),
		);
	}, [list, on]);
}
