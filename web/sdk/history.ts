/**
 * Which history of a log the state is of. A server that was put back to an older state goes on with the same numbers; the
 * chain of each event tells the two apart.
 */
export class History {
	/** The chains of the latest events that are in the state, by seq. */
	readonly #chains = new Map<number, string>();

	/** The events of this history, from a snapshot on. */
	begin(seq: number, chain: string | undefined): void {
		this.#chains.clear();
		this.add(seq, chain);
	}

	add(seq: number, chain: string | null | undefined): void {
		if (!chain) return;
		this.#chains.set(seq, chain);
		for (const oldest of this.#chains.keys()) {
			if (this.#chains.size <= most) return;
			this.#chains.delete(oldest);
		}
	}

	/** Whether this is known to be an event of the state, or known not to be; undefined when it cannot be said. */
	has(seq: number, chain: string | null | undefined): boolean | undefined {
		const known = this.#chains.get(seq);
		return known === undefined || !chain ? undefined : known === chain;
	}

	/** The cursor behind an event; undefined where an older server gave no chain. */
	cursor(epoch: string, seq: number): string | undefined {
		const chain = this.#chains.get(seq);
		return chain === undefined ? undefined : `${epoch}.${seq}.${chain}`;
	}
}

/** As many chains are kept: a stream that connects again begins a little before where the state is. */
const most = 1000;

/** The chain in a cursor, `<epoch>.<seq>.<chain>`. */
export function chainOf(cursor: string | undefined): string | undefined {
	return cursor?.split(".")[2];
}
