import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import type { DragLocation } from "@atlaskit/pragmatic-drag-and-drop/types";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { enableDragDropTouch } from "@dragdroptouch/drag-drop-touch";
import { placeColumn } from "../../domain/column/commands";
import { toast } from "../../platform/toasts";
import type { Spot } from "./lists";
import { board as words } from "./messages";
import type { BoardModel, Over } from "./model";
import { put } from "./put";

/** Follows drags of cards and columns over the whole board, and carries out the drop; returns how to stop. */
export function startDrag(board: BoardModel, root: HTMLElement): () => void {
	const clear = () => {
		board.dragging.value = undefined;
		board.draggingColumn.value = undefined;
		board.over.value = undefined;
		board.overColumn.value = undefined;
	};
	let start: Point = { clientX: 0, clientY: 0 };
	// The imitated drag of a finger has the events of a mouse: only the press tells.
	let fromTouch = false;
	let lifted = false;
	const over = new AbortController();
	const options = { capture: true, passive: true, signal: over.signal };
	root.addEventListener("touchstart", () => (fromTouch = true), options);
	root.addEventListener("pointerdown", ({ pointerType }) => (fromTouch = pointerType === "touch"), options);
	// A finger that has lifted a card has not tapped it: its end must not click what lies there.
	const end = (event: TouchEvent) => {
		if (lifted && event.cancelable) event.preventDefault();
		lifted = false;
	};
	document.addEventListener("touchend", end, { passive: false, signal: over.signal });
	const pace = startPacing(root);
	const update = ({ location }: { location: { current: DragLocation } }) => {
		const over = target(board, location.current);
		if (fromTouch) pace.at(location.current.input.clientX);
		if (!same(over, board.over.peek())) board.over.value = over;
		board.overColumn.value = targetColumn(board, location.current);
	};
	return combine(
		monitorForElements({
			canMonitor: ({ source }) => root.contains(source.element),
			onDragStart: ({ source, location }) => {
				start = location.initial.input;
				lifted = fromTouch;
				const { card, from } = source.data as { card?: string; from?: string };
				board.dragging.value = card && from ? { id: card, list: from } : undefined;
				board.draggingColumn.value = source.data["column"] as string | undefined;
			},
			onDrag: update,
			onDropTargetChange: update,
			onDrop: ({ location }) => {
				const { dragging, draggingColumn } = board;
				const [card, column] = [dragging.peek(), draggingColumn.peek()];
				const over = target(board, location.current);
				const overColumn = targetColumn(board, location.current);
				clear();
				pace.stop();
				const isPress = card && fromTouch && distance(start, location.current.input) < pressMargin;
				if (isPress) openMenu(board, card);
				else if (card && over) drop(board, card, over);
				else if (card) toast({ text: words.droppedNowhere, project: board.store.id });
				if (column && overColumn) dropColumn(board, column, overColumn);
			},
		}),
		autoScrollForElements({
			element: root,
			// A finger goes column by column: on a phone one fills the screen, and any speed would skip some.
			canScroll: () => !fromTouch,
			getAllowedAxis: () => (board.group.peek() ? "all" : "horizontal"),
			getConfiguration: () => ({ maxScrollSpeed: "fast" }),
		}),
		clear,
		() => over.abort(),
		pace.stop,
	);
}

/** `--s3` between two columns. */
const columnGap = 12;

interface Point {
	clientX: number;
	clientY: number;
}

/** How near to the edge of the board a finger scrolls it, in pixels, and how long one column takes, in ms. */
const edge = 36;
const beat = 800;

/** While a finger holds a card at the edge, the board goes on by one column each beat. */
function startPacing(root: HTMLElement) {
	let side = 0;
	let timer: ReturnType<typeof setInterval> | undefined;
	const stop = () => {
		clearInterval(timer);
		timer = undefined;
		side = 0;
	};
	const step = () => {
		const width = (root.querySelector(".column")?.clientWidth ?? root.clientWidth) + columnGap;
		root.scrollBy({ left: side * width, behavior: "smooth" });
	};
	return {
		stop,
		at: (x: number) => {
			const { left, right } = root.getBoundingClientRect();
			const now = x > right - edge ? 1 : x < left + edge ? -1 : 0;
			if (now === side) return;
			stop();
			side = now;
			if (side !== 0) timer = setInterval(step, beat);
		},
	};
}

/** A finger that holds a card and does not move further than this wants its menu, in pixels. */
const pressMargin = 10;

function distance(a: Point, b: Point): number {
	return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}

function openMenu(board: BoardModel, { id, list }: Spot): void {
	const card = () => board.focus.element(id, list)?.closest(".card") ?? null;
	board.panel.value = { what: "menu", id, list, anchor: card };
}

function target(board: BoardModel, { dropTargets }: DragLocation): Over | undefined {
	const list = dropTargets.find(({ data }) => "list" in data)?.data["list"] as string | undefined;
	if (board.dragging.peek() === undefined || list === undefined) return undefined;
	const card = dropTargets.find(({ data }) => "over" in data);
	const edge = card && extractClosestEdge(card.data);
	if (!card || (edge !== "top" && edge !== "bottom")) return { list };
	return { list, card: card.data["over"] as string, edge };
}

function targetColumn(board: BoardModel, { dropTargets }: DragLocation) {
	const found = dropTargets.find(({ data }) => "columnTarget" in data);
	const edge = found && extractClosestEdge(found.data);
	const dragged = board.draggingColumn.peek();
	if (!found || !dragged || (edge !== "left" && edge !== "right")) return undefined;
	return { id: found.data["columnTarget"] as string, edge } as const;
}

function same(a: Over | undefined, b: Over | undefined): boolean {
	return a?.list === b?.list && a?.card === b?.card && a?.edge === b?.edge;
}

function drop(board: BoardModel, { id, list }: Spot, over: Over): void {
	const task = board.store.tables.tasks.peek(id);
	if (!task || (over.card === id && over.list === list)) return;
	board.activity.forget(id);
	const all = board.shown(over.list);
	const shown = all.filter((other) => other !== id);
	const at = over.card === undefined ? -1 : shown.indexOf(over.card);
	const index = at < 0 ? shown.length : at + (over.edge === "bottom" ? 1 : 0);
	// On its own card of another lane it keeps its place there.
	put(board, task, list, over.list, shown, over.card === id ? all.indexOf(id) : index);
}

function dropColumn(board: BoardModel, id: string, over: { id: string; edge: "left" | "right" }): void {
	if (over.id === id) return;
	const others = board.columnIds.peek().filter((other) => other !== id);
	const at = others.indexOf(over.id) + (over.edge === "right" ? 1 : 0);
	placeColumn(board.store, id, at);
}

/** Dragging by touch begins with a long press, so that a swipe still scrolls; returns how to stop. */
export function startTouch(board: BoardModel, root: HTMLElement): () => void {
	enableDragDropTouch(root, document, {
		isPressHoldMode: true,
		pressHoldDelayMS: 350,
		pressHoldMargin: 10,
		// `startDrag` scrolls at the edges already, and a long press must not open the menu.
		allowDragScroll: false,
		contextMenuDelayMS: 1e9,
		dragImageOpacity: 0.9,
	});
	// During an imitated drag the finger still sends pointer events, which would end the drag.
	const block = (event: PointerEvent) => {
		const dragging = board.dragging.peek() ?? board.draggingColumn.peek();
		if (event.pointerType === "touch" && dragging) event.stopImmediatePropagation();
	};
	addEventListener("pointermove", block, { capture: true });
	return () => removeEventListener("pointermove", block, { capture: true });
}
