// Where each row of a long list lies: heights are known once a row was drawn, and guessed before.

/** A row as it is drawn. */
export interface PlacedRow {
	index: number;
	key: string;
	/** Its first and its last pixel in the list. */
	start: number;
	end: number;
}

export class RowPlaces {
	#keys: readonly string[] = [];
	readonly #heights = new Map<string, number>();
	/** The start of each row; computed again when the rows or a height have changed. */
	#starts: Float64Array | undefined;

	constructor(
		private readonly guess: number,
		private readonly gap: number,
	) {}

	setKeys(keys: readonly string[]): void {
		if (keys === this.#keys) return;
		this.#keys = keys;
		this.#starts = undefined;
	}

	/** Take in the height of a drawn row; returns by how much it differs from what was believed. */
	setHeight(index: number, height: number): number {
		const key = this.#keys[index];
		if (key === undefined) return 0;
		const change = height - this.#heightOf(key);
		this.#heights.set(key, height);
		if (change !== 0) this.#starts = undefined;
		return change;
	}

	get total(): number {
		const last = this.#keys.length - 1;
		return last < 0 ? 0 : this.endOf(last);
	}

	startOf(index: number): number {
		return this.#all()[index] ?? 0;
	}

	endOf(index: number): number {
		return this.startOf(index) + this.#heightOf(this.#keys[index]);
	}

	/** The first row that begins at a pixel or after it; behind the last one where there is none. */
	firstFrom(pixel: number): number {
		return this.#count((index) => this.startOf(index) < pixel);
	}

	row(index: number): PlacedRow {
		return { index, key: this.#keys[index] ?? "", start: this.startOf(index), end: this.endOf(index) };
	}

	/** The first and the last row that are at least in part between two pixels; the last is below the first without any. */
	between(from: number, to: number): { first: number; last: number } {
		const first = this.#count((index) => this.endOf(index) <= from);
		return { first, last: this.firstFrom(to) - 1 };
	}

	/** How many rows at the beginning of the list fulfil a condition, which no later row fulfils. */
	#count(holds: (index: number) => boolean): number {
		let [low, high] = [0, this.#keys.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (holds(middle)) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#heightOf(key: string | undefined): number {
		return (key !== undefined && this.#heights.get(key)) || this.guess;
	}

	#all(): Float64Array {
		if (this.#starts) return this.#starts;
		const starts = new Float64Array(this.#keys.length);
		let at = 0;
		this.#keys.forEach((key, index) => {
			starts[index] = at;
			at += this.#heightOf(key) + this.gap;
		});
		this.#starts = starts;
		return starts;
	}
}
