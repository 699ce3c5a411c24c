/**
 * How far the server's clock is ahead of this device's, in ms, as a lower and an upper bound. Each message narrows
 * them: an event that was made at T and read at t gives the lower bound T - t. A `Date` header, which has whole seconds,
 * gives the same lower bound and the upper bound T + 1 s - t, where t is the time of the request.
 */
export class Clock {
	#low = Number.NEGATIVE_INFINITY;
	#high = Number.POSITIVE_INFINITY;

	/** An event that was made at `at` has arrived at `now`. */
	heard(at: number, now: number): void {
		this.#narrow(at - now, Number.POSITIVE_INFINITY);
	}

	/** A request was sent at `sent`, and its answer, with the `Date` header `second`, was received at `received`. */
	answered(second: number, sent: number, received: number): void {
		this.#narrow(second - received, second + 1000 - sent);
	}

	/** The middle between the bounds, and how wrong it may be; undefined without an upper bound. */
	get ahead(): { by: number; within: number } | undefined {
		if (!Number.isFinite(this.#high - this.#low)) return undefined;
		return { by: (this.#low + this.#high) / 2, within: (this.#high - this.#low) / 2 };
	}

	/** How long before `now` the server's clock showed `at`; never negative. */
	since(at: number, now: number): number | undefined {
		const ahead = this.ahead;
		return ahead && Math.max(0, now + ahead.by - at);
	}

	/**
	 * How long to wait before the next request, in ms, so that the server's clock reaches a full second in the middle
	 * of the uncertain range: then each answer halves the range, whichever second it names.
	 */
	nextRequest(now: number): number {
		const there = now + (this.ahead?.by ?? 0);
		const wait = 1000 - (((there % 1000) + 1000) % 1000);
		return wait === 1000 ? 0 : wait;
	}

	#narrow(low: number, high: number): void {
		const [nextLow, nextHigh] = [Math.max(this.#low, low), Math.min(this.#high, high)];
		// The bounds cross when one of the clocks was set: start again with the new ones.
		const sound = nextLow <= nextHigh;
		this.#low = sound ? nextLow : low;
		this.#high = sound ? nextHigh : high;
	}
}
