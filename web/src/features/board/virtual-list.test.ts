import { beforeEach, expect, it, vi } from "vitest";
import { VirtualList } from "./virtual-list";

type Observed = (entries: readonly ResizeObserverEntry[]) => void;
let observers: Observed[] = [];

beforeEach(() => {
	observers = [];
	vi.stubGlobal(
		"ResizeObserver",
		class {
			constructor(observed: Observed) {
				observers.push(observed);
			}
			observe() {}
			unobserve() {}
			disconnect() {}
		},
	);
	return () => vi.unstubAllGlobals();
});

/** Rows that are believed to be 100 pixels high, without gaps, in an element of 300 pixels. */
function start(count = 20) {
	const scroller = Object.assign(new EventTarget(), { scrollTop: 0, clientHeight: 300 });
	const changed = vi.fn();
	const options = {
		scroller: () => scroller as unknown as HTMLElement,
		keys: Array.from({ length: count }, (_, index) => `row ${index}`),
		choose: () => [],
		changed,
	};
	const list = new VirtualList(100, 0, options);
	list.setOptions(options);
	list.attach();
	changed.mockClear();
	/** As the browser tells it: the event of a scroll comes later. */
	const scroll = (to: number, { told = true } = {}) => {
		scroller.scrollTop = to;
		if (told) scroller.dispatchEvent(new Event("scroll"));
		changed.mockClear();
	};
	const measure = (...rows: [index: number, height: number][]) =>
		observers[0]?.(
			rows.map(([index, height]) => {
				const target = { isConnected: true, dataset: { index: String(index) } };
				return { target, borderBoxSize: [{ blockSize: height }] } as unknown as ResizeObserverEntry;
			}),
		);
	/** Where a row is on the screen. */
	const seenAt = (index: number) => list.startOf(index) - scroller.scrollTop;
	return { scroller, list, scroll, measure, seenAt, changed };
}

it("keeps what is in sight where it is when rows above it get their heights", () => {
	const { scroll, measure, seenAt, changed } = start();
	scroll(500);
	measure([3, 140], [4, 60], [2, 170]);
	expect(seenAt(5)).toBe(0);
	expect(changed).toHaveBeenCalledOnce();
});

it.each([
	["from above", [0, 1, 2, 3, 4, 5, 6]],
	["from below", [6, 5, 4, 3, 2, 1, 0]],
])("counts many rows of one report rightly, %s", (_, order) => {
	// Each grows by so much that the starts of the later ones pass the place that was scrolled to.
	const { scroll, measure, seenAt } = start();
	scroll(500);
	measure(...order.map((index): [number, number] => [index, 300]));
	expect(seenAt(5)).toBe(0);
});

it.each([
	["from above", [0, 1, 2, 3, 4, 5, 6]],
	["from below", [6, 5, 4, 3, 2, 1, 0]],
])("and many that shrink, %s", (_, order) => {
	const { scroll, measure, seenAt } = start();
	scroll(550);
	measure(...order.map((index): [number, number] => [index, 20]));
	expect(seenAt(6)).toBe(50);
});

it("goes by where the element is scrolled to, before its event has told", () => {
	const { scroll, measure, seenAt } = start();
	scroll(500);
	// Rows have come above, and the page has scrolled along.
	scroll(900, { told: false });
	measure([7, 160]);
	expect(seenAt(9)).toBe(0);
	scroll(200, { told: false });
	measure([4, 160]);
	expect(seenAt(2)).toBe(0);
});

it("lets what is below the first row in sight move, and does not scroll", () => {
	const { scroller, scroll, measure, changed } = start();
	scroll(500);
	measure([5, 130], [9, 10]);
	expect(scroller.scrollTop).toBe(500);
	expect(changed).toHaveBeenCalledOnce();
	measure([5, 130]);
	expect(changed).toHaveBeenCalledOnce();
});

it("stays at the end of a last row that is higher than the screen", () => {
	const { scroller, list, scroll, measure } = start(2);
	measure([1, 1000]);
	scroll(800);
	measure([1, 1200]);
	expect(list.getTotalSize() - scroller.scrollTop).toBe(300);
});
