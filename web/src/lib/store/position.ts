// Positions belong to the server. Until its answer comes, an optimistic move sorts by a provisional key.

/** A string between two neighbours, by code unit; undefined means the end of the list on that side. */
export function between(before: string | undefined, after: string | undefined): string {
	let low = before ?? "";
	// Neighbours that are not in order (they moved meanwhile) leave only the lower one to go by.
	let high = after !== undefined && low < after ? after : undefined;
	let key = "";
	for (let i = 0; ; i++) {
		if (high !== undefined && i >= high.length) high = undefined;
		const from = i < low.length ? low.charCodeAt(i) : 0;
		const to = high === undefined ? 0x80 : high.charCodeAt(i);
		if (to - from > 1) return key + String.fromCharCode((from + to) >> 1);
		key += String.fromCharCode(from);
		// Once below the upper neighbour, only the lower one still binds.
		if (to > from) high = undefined;
		if (i >= low.length) low = "";
	}
}

export function byPosition(a: { position: string; id: string }, b: { position: string; id: string }): number {
	if (a.position !== b.position) return a.position < b.position ? -1 : 1;
	return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
