// Many projects on one page ask one after the other: what a person opens next does not wait behind them.

/** So many projects are read at a time. */
const atOnce = 2;
let busy = 0;
const waiting: (() => void)[] = [];

/** Does it when it is its turn. */
export async function takingTurns<T>(act: () => Promise<T>): Promise<T> {
	if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
	else busy += 1;
	try {
		return await act();
	} finally {
		// The place goes to the next one, or is free.
		const next = waiting.shift();
		if (next) next();
		else busy -= 1;
	}
}
