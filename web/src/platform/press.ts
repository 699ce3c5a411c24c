/** A drag: what a press becomes when it is no click. */
export interface Gesture {
	/** `dx`, `dy` in the content's pixels, scrolling included. */
	move: (dx: number, dy: number, event: PointerEvent) => void;
	drop: () => void;
	cancel: () => void;
}
interface Options {
	begin: () => Gesture | null;
	scroller: HTMLElement | null;
	/** Called when a finger presses long and lifts without moving. */
	onLongPress?: () => void;
}

/** A pointer that moves less is a click, in pixels. */
const slop = 4;
/** How long a finger has to press before it drags, in ms. */
const longPress = 350;
/** The width of the edge in which the plan scrolls, in pixels. */
const edge = 48;

/** Follow one pointer from its press to its end. A mouse drags at once, a finger after a long press, so that it can scroll. */
export function press(down: PointerEvent, { begin, scroller, onLongPress }: Options): void {
	if (down.button !== 0 || !down.isPrimary) return;
	const touch = down.pointerType === "touch";
	const origin = {
		x: down.clientX,
		y: down.clientY,
		left: scroller?.scrollLeft ?? 0,
		top: scroller?.scrollTop ?? 0,
	};
	let gesture: Gesture | null = null;
	let latest = down;
	let moved = false;
	let frame = 0;
	const over = new AbortController();
	const listen = { signal: over.signal };

	const start = () => {
		gesture = begin();
		if (!gesture) return end();
		if (touch) navigator.vibrate?.(8);
		frame = requestAnimationFrame(scroll);
	};
	const timer = touch ? setTimeout(start, longPress) : 0;
	const end = () => {
		clearTimeout(timer);
		cancelAnimationFrame(frame);
		over.abort();
	};
	const tell = () => {
		const dx = latest.clientX - origin.x + (scroller?.scrollLeft ?? 0) - origin.left;
		const dy = latest.clientY - origin.y + (scroller?.scrollTop ?? 0) - origin.top;
		gesture?.move(dx, dy, latest);
	};
	/** Scroll the plan while the pointer is near an edge. */
	const scroll = () => {
		frame = requestAnimationFrame(scroll);
		if (!scroller || !moved) return;
		const box = scroller.getBoundingClientRect();
		const [x, y] = [pull(latest.clientX, box.left, box.right), pull(latest.clientY, box.top, box.bottom)];
		if (x === 0 && y === 0) return;
		scroller.scrollBy(x, y);
		tell();
	};
	const onMove = (event: PointerEvent) => {
		if (event.pointerId !== down.pointerId) return;
		latest = event;
		const far = Math.hypot(event.clientX - origin.x, event.clientY - origin.y) > (touch ? 2 * slop : slop);
		if (far && !gesture && touch) return end();
		if (far) moved = true;
		if (far && !gesture) start();
		if (gesture && moved) tell();
	};
	const onUp = (event: PointerEvent) => {
		if (event.pointerId !== down.pointerId) return;
		const mine = gesture;
		end();
		if (!mine) return;
		swallowClick();
		if (moved) return mine.drop();
		mine.cancel();
		onLongPress?.();
	};
	const onCancel = () => {
		const mine = gesture;
		end();
		mine?.cancel();
	};
	const onKey = (event: KeyboardEvent) => {
		if (event.key !== "Escape" || !gesture) return;
		event.preventDefault();
		event.stopPropagation();
		swallowClick();
		onCancel();
	};
	addEventListener("pointermove", onMove, listen);
	addEventListener("pointerup", onUp, listen);
	addEventListener("pointercancel", onCancel, listen);
	addEventListener("keydown", onKey, { ...listen, capture: true });
	// While a finger drags, the page must not scroll.
	addEventListener("touchmove", (event) => gesture && event.preventDefault(), { ...listen, passive: false });
	addEventListener("contextmenu", (event) => touch && event.preventDefault(), listen);
}

function pull(at: number, from: number, to: number): number {
	if (at < from + edge) return -Math.ceil((from + edge - at) / 4);
	if (at > to - edge) return Math.ceil((at - to + edge) / 4);
	return 0;
}

/** Ignore the click that the browser sends at the end of a drag. */
function swallowClick(): void {
	const stop = (event: Event) => {
		event.preventDefault();
		event.stopPropagation();
	};
	addEventListener("click", stop, { capture: true, once: true });
	setTimeout(() => removeEventListener("click", stop, { capture: true }), 50);
}
