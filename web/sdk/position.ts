// The server gives each object its position. Until it has answered, a moved object is sorted by a provisional one.

/** A string that sorts between two others by code unit; undefined is the end of the list on that side. */
export function between(before: string | undefined, after: string | undefined): string {
	let low = before ?? "";
	// If the two are not in order, because an event has moved one of them, only the lower one counts.
	let high = after !== undefined && low < after ? after : undefined;
	let key = "";
	for (let i = 0; ; i++) {
		if (high !== undefined && i >= high.length) high = undefined;
		const from = i < low.length ? low.charCodeAt(i) : 0;
		const to = high === undefined ? 0x80 : high.charCodeAt(i);
		if (to - from > 1) return key + String.fromCharCode((from + to) >> 1);
		key += String.fromCharCode(from);
		// The key is already below the upper one: from here on only the lower one limits it.
		if (to > from) high = undefined;
		if (i >= low.length) low = "";
	}
}

export function byPosition(a: { position: string; id: string }, b: { position: string; id: string }): number {
	if (a.position !== b.position) return a.position < b.position ? -1 : 1;
	return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
