/**
 * How far the server's clock is ahead of ours, as bounds that everything heard from the server narrows, in ms:
 * what it wrote at T and we read at t says at least T - t; a `Date` header, which is the second that an answer was
 * written in, says that and at most a second more than T - t, where t is when we asked.
 */
export class Clock {
	#low = Number.NEGATIVE_INFINITY;
	#high = Number.POSITIVE_INFINITY;

	/** An event that was made at `at` is here at `now`. */
	heard(at: number, now: number): void {
		this.#narrow(at - now, Number.POSITIVE_INFINITY);
	}

	/** An answer of this second came to a question between two moments of ours. */
	answered(second: number, sent: number, received: number): void {
		this.#narrow(second - received, second + 1000 - sent);
	}

	/** The best guess, and how wrong it may be; undefined as long as there is no upper bound. */
	get ahead(): { by: number; within: number } | undefined {
		if (!Number.isFinite(this.#high - this.#low)) return undefined;
		return { by: (this.#low + this.#high) / 2, within: (this.#high - this.#low) / 2 };
	}

	/** How long ago, at `now`, the server's clock said `at`. Nobody hears of something before it happens. */
	since(at: number, now: number): number | undefined {
		const ahead = this.ahead;
		return ahead && Math.max(0, now + ahead.by - at);
	}

	/**
	 * In how many ms to ask next, so that the server's clock comes to a full second right in the middle of what is
	 * uncertain: then each answer halves that, whichever second it says.
	 */
	nextQuestion(now: number): number {
		const there = now + (this.ahead?.by ?? 0);
		const wait = 1000 - (((there % 1000) + 1000) % 1000);
		return wait === 1000 ? 0 : wait;
	}

	#narrow(low: number, high: number): void {
		const [nextLow, nextHigh] = [Math.max(this.#low, low), Math.min(this.#high, high)];
		// One of the clocks was set: what was known before is about another time.
		const sound = nextLow <= nextHigh;
		this.#low = sound ? nextLow : low;
		this.#high = sound ? nextHigh : high;
	}
}
