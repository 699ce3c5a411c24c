// The package has no types of its own.
declare module "@dragdroptouch/drag-drop-touch" {
	export function enableDragDropTouch(
		dragRoot: Element | Document,
		dropRoot: Element | Document,
		options: {
			isPressHoldMode?: boolean;
			pressHoldDelayMS?: number;
			pressHoldMargin?: number;
			allowDragScroll?: boolean;
			contextMenuDelayMS?: number;
			dragImageOpacity?: number;
		},
	): void;
}
