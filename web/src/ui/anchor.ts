const gap = 4;

/** Place a popover below its anchor, or above it where there is more room, and inside the window. */
export function anchorTo(popover: HTMLElement, anchor: Element | DOMRect | null): void {
	if (!anchor) return;
	const from = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor;
	const box = popover.getBoundingClientRect();
	// Not `innerWidth`: a phone makes that larger while something of the page sticks out.
	const width = document.documentElement.clientWidth;
	const rtl = getComputedStyle(popover).direction === "rtl";
	const start = rtl ? from.right - box.width : from.left;
	const below = from.bottom + gap + box.height <= innerHeight || from.top < innerHeight / 2;
	const top = below ? from.bottom + gap : from.top - gap - box.height;
	const lowest = innerHeight - box.height - gap;
	popover.style.left = `${Math.max(gap, Math.min(start, width - box.width - gap))}px`;
	popover.style.top = `${Math.max(gap, Math.min(top, lowest))}px`;
}

/** A popover that grows stays inside the window; returns how to end that. */
export function keepInside(popover: HTMLElement): () => void {
	const observer = new ResizeObserver(() => {
		const { top, bottom } = popover.getBoundingClientRect();
		const over = bottom + gap - innerHeight;
		if (over > 0) popover.style.top = `${Math.max(gap, top - over)}px`;
	});
	observer.observe(popover);
	return () => observer.disconnect();
}
