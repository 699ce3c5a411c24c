import { computed, type ReadonlySignal, signal } from "@preact/signals";

/** What passes the gate: one request of an edit. `turn` is its place among all edits of the page. */
interface Passenger {
	readonly turn: number;
}

const longestPause = 30_000;

/**
 * Where all edits of the page wait while the server cannot be reached or asks for a pause. Afterwards they go through one by
 * one, in the order in which they were made; once none waits the gate stands open, and edits do not wait for each other.
 */
export class Gate {
	readonly #isShut = signal(false);
	readonly #unsent = signal(0);
	readonly #line: { passenger: Passenger; pass: () => void }[] = [];
	#probe: Passenger | undefined;
	#failures = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** How many edits wait: none while the gate is open. */
	readonly waiting: ReadonlySignal<number> = computed(() => (this.#isShut.value ? this.#unsent.value : 0));

	get isShut(): boolean {
		return this.#isShut.peek();
	}

	/** An edit was made, or has ended. */
	count(by: 1 | -1): void {
		this.#unsent.value += by;
	}

	/** Before a request: resolves when it may be sent. */
	enter(passenger: Passenger): Promise<void> {
		if (!this.#isShut.peek()) return Promise.resolve();
		return new Promise((pass) => {
			const at = this.#line.findIndex((other) => other.passenger.turn > passenger.turn);
			this.#line.splice(at < 0 ? this.#line.length : at, 0, { passenger, pass });
		});
	}

	/** The server has answered the request, whatever it said. */
	settled(passenger: Passenger): void {
		if (!this.#isShut.peek()) return;
		this.#failures = 0;
		if (this.#probe !== undefined && this.#probe !== passenger) return;
		this.#probe = undefined;
		clearTimeout(this.#timer);
		// In a task of its own: the next one of the same lane gets into the line meanwhile.
		this.#timer = setTimeout(() => this.#next());
	}

	/** The request got no answer, or was asked to come back later. */
	shut(passenger: Passenger, pause?: number): void {
		this.#isShut.value = true;
		if (this.#probe === passenger) this.#probe = undefined;
		else if (this.#timer !== undefined) return;
		this.#failures += 1;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#next(), pause || Math.min(longestPause, 500 * 2 ** this.#failures));
	}

	/** The network is back: try now instead of after the pause. */
	retry(): void {
		if (!this.#isShut.peek() || this.#probe) return;
		clearTimeout(this.#timer);
		this.#next();
	}

	/** The session has ended: what waits is told, and finds that it has ended. */
	clear(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#probe = undefined;
		this.#failures = 0;
		this.#unsent.value = 0;
		this.#isShut.value = false;
		for (const { pass } of this.#line.splice(0)) pass();
	}

	#next(): void {
		this.#timer = undefined;
		const next = this.#line.shift();
		if (next) {
			this.#probe = next.passenger;
			next.pass();
		} else this.#isShut.value = false;
	}
}
