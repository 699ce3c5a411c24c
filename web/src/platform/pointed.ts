// What actions act on: what has the focus, or lies under the pointer. The palette takes the focus and covers the rest; what
// was pointed at when it opened stays meant until the chosen action has run.

let held: Map<string, unknown> | undefined;

/** A reading of what is pointed at now. While it is held, its first answer counts; `name` tells it from other readings. */
export function pointed<T>(name: string, read: () => T): () => T {
	return () => {
		if (!held) return read();
		if (!held.has(name)) held.set(name, read());
		return held.get(name) as T;
	};
}

/** From now on every reading answers what it answers first. */
export function holdPointed(): void {
	held = new Map();
}

export function releasePointed(): void {
	held = undefined;
}
