import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Spot } from "./lists";
import type { BoardModel } from "./model";
import { withDnd } from "./with-dnd";

/** The card can be dragged, and other cards can be dropped above and below it. */
export function useCardDrag(
	ref: RefObject<HTMLElement | null>,
	{ id, list }: Spot,
	board: BoardModel,
	on: boolean,
): void {
	useEffect(() => {
		const element = ref.current;
		if (!element || !on) return undefined;
		return withDnd(({ attachClosestEdge, combine, draggable, dropTargetForElements }) =>
			combine(
				draggable({ element, getInitialData: () => ({ card: id, from: list }) }),
				dropTargetForElements({
					element,
					canDrop: ({ source }) => "card" in source.data,
					getData: ({ input, element }) =>
						attachClosestEdge({ over: id }, { input, element, allowedEdges: ["top", "bottom"] }),
				}),
			),
		);
	}, [id, list, on, board]);
}
