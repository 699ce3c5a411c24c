import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import type { DragLocation } from "@atlaskit/pragmatic-drag-and-drop/types";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { enableDragDropTouch } from "@dragdroptouch/drag-drop-touch";
import { moveTask } from "../../lib/tasks/edits";
import { placeAt } from "../../lib/tasks/places";
import { placeColumn } from "./columns";
import type { BoardModel, Over } from "./model";

/** Follow drags of cards and columns over the whole board, and carry out the drop. */
export function startDrag(board: BoardModel, root: HTMLElement): () => void {
	const clear = () => {
		board.dragging.value = undefined;
		board.draggingColumn.value = undefined;
		board.over.value = undefined;
		board.overColumn.value = undefined;
	};
	const look = ({ location }: { location: { current: DragLocation } }) => {
		const over = target(board, location.current);
		if (!same(over, board.over.peek())) board.over.value = over;
		board.overColumn.value = targetColumn(board, location.current);
	};
	return combine(
		monitorForElements({
			canMonitor: ({ source }) => root.contains(source.element),
			onDragStart: ({ source }) => {
				board.dragging.value = source.data["card"] as string | undefined;
				board.draggingColumn.value = source.data["column"] as string | undefined;
			},
			onDrag: look,
			onDropTargetChange: look,
			onDrop: ({ location }) => {
				const { dragging, draggingColumn } = board;
				const [card, column] = [dragging.peek(), draggingColumn.peek()];
				const over = target(board, location.current);
				const overColumn = targetColumn(board, location.current);
				clear();
				if (card && over) drop(board, card, over);
				if (column && overColumn) dropColumn(board, column, overColumn);
			},
		}),
		autoScrollForElements({
			element: root,
			getAllowedAxis: () => "horizontal",
			// On a phone a whole column passes at once.
			getConfiguration: () => ({
				maxScrollSpeed: matchMedia("(pointer: coarse)").matches ? "standard" : "fast",
			}),
		}),
		clear,
	);
}

function target(board: BoardModel, { dropTargets }: DragLocation): Over | undefined {
	const column = dropTargets.find(({ data }) => "list" in data)?.data["list"] as string | undefined;
	if (board.dragging.peek() === undefined || column === undefined) return undefined;
	const card = dropTargets.find(({ data }) => "over" in data);
	const edge = card && extractClosestEdge(card.data);
	if (!card || (edge !== "top" && edge !== "bottom")) return { column };
	return { column, card: card.data["over"] as string, edge };
}

function targetColumn(board: BoardModel, { dropTargets }: DragLocation) {
	const found = dropTargets.find(({ data }) => "beside" in data);
	const edge = found && extractClosestEdge(found.data);
	const dragged = board.draggingColumn.peek();
	if (!found || !dragged || (edge !== "left" && edge !== "right")) return undefined;
	return { id: found.data["beside"] as string, edge } as const;
}

function same(a: Over | undefined, b: Over | undefined): boolean {
	return a?.column === b?.column && a?.card === b?.card && a?.edge === b?.edge;
}

function drop(board: BoardModel, id: string, over: Over): void {
	const task = board.store.tables.tasks.peek(id);
	if (!task || over.card === id) return;
	const shown = board.shown(over.column).filter((other) => other !== id);
	const at = over.card === undefined ? -1 : shown.indexOf(over.card);
	const index = at < 0 ? shown.length : at + (over.edge === "bottom" ? 1 : 0);
	moveTask(board.store, task, placeAt(over.column, shown, id, index));
}

function dropColumn(board: BoardModel, id: string, over: { id: string; edge: "left" | "right" }): void {
	if (over.id === id) return;
	const others = board.columnIds.peek().filter((other) => other !== id);
	const at = others.indexOf(over.id) + (over.edge === "right" ? 1 : 0);
	placeColumn(board, id, at);
}

/** Touch: a long press lifts a card, so that a swipe still scrolls. */
export function startTouch(board: BoardModel, root: HTMLElement): () => void {
	enableDragDropTouch(root, document, {
		isPressHoldMode: true,
		pressHoldDelayMS: 350,
		pressHoldMargin: 10,
		// The board scrolls by itself at its edges; a long press is the drag, not the menu.
		allowDragScroll: false,
		contextMenuDelayMS: 1e9,
		dragImageOpacity: 0.9,
	});
	// A finger goes on sending pointer events during an imitated drag, which would be taken for its end.
	const still = (event: PointerEvent) => {
		const dragging = board.dragging.peek() ?? board.draggingColumn.peek();
		if (event.pointerType === "touch" && dragging) event.stopImmediatePropagation();
	};
	addEventListener("pointermove", still, { capture: true });
	return () => removeEventListener("pointermove", still, { capture: true });
}
