// A mouse that is drawn over the empty space of the board selects the cards in its rectangle.
import type { BoardModel } from "./model";

/** A press that moves less than this is none, in pixels. */
const margin = 6;
/** What a press means something else on. */
const others = ".card, .column-head, button, a, input, textarea, [draggable=true]";

export function startLasso(board: BoardModel, root: HTMLElement): () => void {
	const over = new AbortController();
	root.addEventListener(
		"pointerdown",
		(event) => {
			const isEmpty = !(event.target as Element).closest(others);
			// A press on the bar of a scroller is in no content.
			const isInside = event.offsetX < (event.target as Element).clientWidth;
			if (event.pointerType !== "mouse" || event.button !== 0 || !isEmpty || !isInside) return;
			if (board.rights.peek().write) draw(board, root, event, over.signal);
		},
		{ signal: over.signal },
	);
	return () => over.abort();
}

function draw(board: BoardModel, root: HTMLElement, start: PointerEvent, ended: AbortSignal): void {
	const keeps = start.shiftKey || start.ctrlKey || start.metaKey;
	const before = keeps ? board.selection.tasks.peek().map(({ id }) => id) : [];
	let box: HTMLElement | undefined;
	const stop = new AbortController();
	const signal = AbortSignal.any([stop.signal, ended]);
	signal.addEventListener("abort", () => box?.remove());
	const move = ({ clientX, clientY }: PointerEvent) => {
		const left = Math.min(start.clientX, clientX);
		const top = Math.min(start.clientY, clientY);
		const area = new DOMRect(left, top, Math.abs(clientX - start.clientX), Math.abs(clientY - start.clientY));
		if (!box) {
			if (Math.max(area.width, area.height) < margin) return;
			box = document.createElement("div");
			box.className = "lasso";
			document.body.append(box);
			document.getSelection()?.removeAllRanges();
		}
		Object.assign(box.style, {
			left: `${area.left}px`,
			top: `${area.top}px`,
			width: `${area.width}px`,
			height: `${area.height}px`,
		});
		const found = [...root.querySelectorAll<HTMLElement>(".card[data-task]")].filter((card) =>
			meet(card.getBoundingClientRect(), area),
		);
		board.selection.replace([...before, ...found.flatMap((card) => card.dataset["task"] ?? [])]);
	};
	// The texts of the page are not selected meanwhile.
	start.preventDefault();
	addEventListener("pointermove", move, { signal });
	addEventListener(
		"pointerup",
		() => {
			// A press on nothing lets go of what was selected.
			if (!box && !keeps) board.selection.clear();
			stop.abort();
		},
		{ signal },
	);
	addEventListener("pointercancel", () => stop.abort(), { signal });
}

function meet(a: DOMRect, b: DOMRect): boolean {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
