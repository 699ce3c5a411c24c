import { type PlacedRow, RowPlaces } from "./row-places";

interface Options {
	scroller: () => HTMLElement | null;
	keys: readonly string[];
	/** The rows that are drawn, given those in sight. */
	choose: (first: number, last: number) => readonly number[];
	/** Other rows are to be drawn, or the drawn ones elsewhere. */
	changed: () => void;
}

/** How long a row that was scrolled to is held in sight while the rows before it get their true heights, in ms. */
const holding = 600;

/** Which rows of a long list are drawn, and where. The elements of the rows say their heights. */
export class VirtualList {
	readonly #places: RowPlaces;
	readonly #sizes: ResizeObserver;
	#options: Options;
	#scroller: HTMLElement | null = null;
	#offset = 0;
	// Used for the first rendering, before the list has a place.
	#height = globalThis.innerHeight ?? 800;
	#drawn: readonly PlacedRow[] | undefined;
	#seen = { first: 0, last: -1 };
	#held: { key: string; until: number } | undefined;

	constructor(guess: number, gap: number, options: Options) {
		this.#places = new RowPlaces(guess, gap);
		this.#options = options;
		this.#sizes = new ResizeObserver((entries) => this.#measured(entries));
	}

	/** At each rendering. */
	setOptions(options: Options): void {
		this.#options = options;
		this.#places.setKeys(options.keys);
		this.#drawn = undefined;
	}

	/** Follow the element that scrolls; returns how to stop. */
	attach(): () => void {
		const element = this.#options.scroller();
		this.#scroller = element;
		if (!element) return () => {};
		const look = () => {
			this.#offset = element.scrollTop;
			this.#height = element.clientHeight;
			const { first, last } = this.#places.between(this.#offset, this.#offset + this.#height);
			if (first !== this.#seen.first || last !== this.#seen.last) this.#options.changed();
		};
		const letGo = () => {
			this.#held = undefined;
		};
		const observer = new ResizeObserver(look);
		observer.observe(element);
		element.addEventListener("scroll", look, { passive: true });
		element.addEventListener("wheel", letGo, { passive: true });
		element.addEventListener("pointerdown", letGo, { passive: true });
		look();
		return () => {
			observer.disconnect();
			this.#sizes.disconnect();
			element.removeEventListener("scroll", look);
			element.removeEventListener("wheel", letGo);
			element.removeEventListener("pointerdown", letGo);
			this.#scroller = null;
		};
	}

	getTotalSize(): number {
		return this.#places.total;
	}

	/** The start of a row, drawn or not. */
	startOf(index: number): number {
		return this.#places.startOf(index);
	}

	/** The rows that this rendering draws. */
	getVirtualItems(): readonly PlacedRow[] {
		if (!this.#drawn) {
			this.#seen = this.#places.between(this.#offset, this.#offset + this.#height);
			const { first, last } = this.#seen;
			this.#drawn = this.#options.choose(first, last).map((index) => this.#places.row(index));
		}
		return this.#drawn;
	}

	/** For the `ref` of a row, which has its index as `data-index`. */
	readonly measureElement = (element: HTMLElement | null): void => {
		if (element) this.#sizes.observe(element);
	};

	/** Scroll as little as it takes to have a row in sight. */
	scrollToIndex(index: number): void {
		const key = this.#options.keys[index];
		if (key === undefined) return;
		this.#held = { key, until: performance.now() + holding };
		this.#show(index);
	}

	#show(index: number): void {
		const [start, end] = [this.#places.startOf(index), this.#places.endOf(index)];
		if (start < this.#offset) this.#scrollTo(start);
		else if (end > this.#offset + this.#height) this.#scrollTo(end - this.#height);
	}

	#scrollTo(offset: number): void {
		if (!this.#scroller) return;
		this.#scroller.scrollTop = offset;
		this.#offset = this.#scroller.scrollTop;
		this.#options.changed();
	}

	#measured(entries: readonly ResizeObserverEntry[]): void {
		// What is in sight stays where it is when a row above it turns out higher or lower. The element knows where it is scrolled
		// to before its event tells it.
		const top = this.#scroller?.scrollTop ?? this.#offset;
		const inSight = this.#places.firstFrom(top);
		const place = () =>
			inSight < this.#options.keys.length ? this.#places.startOf(inSight) : this.#places.total;
		const before = place();
		let hasChanged = false;
		for (const { target, borderBoxSize } of entries) {
			if (!target.isConnected) {
				this.#sizes.unobserve(target);
				continue;
			}
			const index = Number((target as HTMLElement).dataset["index"]);
			const height = borderBoxSize[0]?.blockSize ?? target.clientHeight;
			if (this.#places.setHeight(index, height) !== 0) hasChanged = true;
		}
		if (!hasChanged) return;
		const shift = place() - before;
		if (this.#scroller) {
			if (shift !== 0) this.#scroller.scrollTop = top + shift;
			this.#offset = this.#scroller.scrollTop;
		}
		if (this.#held && performance.now() < this.#held.until) {
			const index = this.#options.keys.indexOf(this.#held.key);
			if (index >= 0) this.#show(index);
		}
		this.#options.changed();
	}
}
