import type { Import, Instant } from "boardcast";

/** The cause of all events of an import. */
export function causeOf(id: string): string {
	return `import:${id}`;
}

/** The clocks of two nodes may differ by so many ms. */
const slack = 2000;

/**
 * The events among which those of the import are: a run that is undone may not be long, and a project may have many events. They
 * are found by their instants, with few requests. `at` tells when event `seq` was, 1 to `head`.
 */
export async function rangeOf(
	made: Pick<Import, "created_at" | "ended_at">,
	head: number,
	at: (seq: number) => Promise<Instant | undefined>,
): Promise<{ from_seq: number; to_seq: number }> {
	/** The first event from `low` on that is not before the instant. */
	const first = async (low: number, instant: number) => {
		let high = head + 1;
		let from = low;
		while (from < high) {
			const middle = Math.floor((from + high) / 2);
			const told = await at(middle);
			if (told !== undefined && Date.parse(told) < instant) from = middle + 1;
			else high = middle;
		}
		return from;
	};
	const from = await first(1, Date.parse(made.created_at) - slack);
	if (made.ended_at === null) return { from_seq: from, to_seq: head };
	const behind = await first(from, Date.parse(made.ended_at) + slack);
	return { from_seq: Math.min(from, head), to_seq: Math.max(from, behind - 1) };
}
