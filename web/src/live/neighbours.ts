// A place among others is named by its neighbours: the server takes whichever of the two is still there.
import { currentId, isSaved, keyAfter } from "./provisional";

/** The ids before and behind a place; null at an end. */
export interface Neighbours {
	after: string | null;
	before: string | null;
}

/** The neighbours that `id` has at `index` of the list as it is shown; `id` itself does not count. */
export function neighboursAt(shown: readonly string[], id: string, index: number): Neighbours {
	const others = shown.filter((other) => other !== id && isSaved(other));
	const at = Math.max(0, Math.min(index, others.length));
	return { after: others[at - 1] ?? null, before: others[at] ?? null };
}

/** What a request says of the place. */
export const inRequest = ({ after, before }: Neighbours) => ({ after, before });

/** A position for `id` at the place: next to the first neighbour that is still there, or else at the end. */
export function keyAt(
	rows: readonly { id: string; position: string }[],
	id: string,
	{ after, before }: Neighbours,
): string {
	const next = rows.find((row) => row.id === before)?.position;
	if (after === null || next === undefined || rows.some((row) => row.id === after))
		return keyAfter(rows, id, after);
	const own = currentId(id);
	let last: { id: string; position: string } | undefined;
	for (const row of rows) {
		if (row.id === own || row.position >= next) continue;
		if (last === undefined || row.position > last.position) last = row;
	}
	return keyAfter(rows, id, last?.id ?? null);
}
