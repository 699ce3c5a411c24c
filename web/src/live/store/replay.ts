// The visible state: the server's rows, and on top of them the edits whose events have not come yet.
import { type Change, type Kind, type Kinds, type Patch, type Row, type Rows, reduce } from "boardcast";
import { currentId, withCurrentIds } from "../provisional";

/** Reads one object, or all of a kind, as the earlier edits leave them. */
export interface View {
	get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined;
	all<K extends Kind>(kind: K): Kinds[K][];
}

/** What an edit changes, in the shape of an event. Computed at each replay, so that it merges with newer events. */
export type Effect = (view: View) => Change;

/**
 * The objects that differ from the server's rows because of `effects`, applied in order. `narrow` says what is held, `earlier` what
 * the effects before them came to.
 */
export function replay(
	rows: Rows,
	effects: Iterable<Effect>,
	narrow: (change: Change) => Change,
	earlier?: Patch,
): Patch {
	const overlay: Patch = new Map([...(earlier ?? [])].map(([kind, objects]) => [kind, new Map(objects)]));
	const view = layered(rows, overlay);
	const asSeen = followingIds(view);
	const names = Object.keys(rows) as Kind[];
	for (const effect of effects) {
		const change = possible(view, narrow(withCurrentIds(effect(asSeen))), names);
		const patch = reduce((kind, id) => view.get(kind, id), change, names);
		for (const [kind, objects] of patch) {
			const layer = overlay.get(kind) ?? new Map<string, Row | null>();
			for (const [id, row] of objects) layer.set(id, row);
			overlay.set(kind, layer);
		}
	}
	return overlay;
}

/** Without the changes of objects that are not there: removed by another person, or never created. New ones have a version. */
function possible(view: View, change: Change, names: readonly Kind[]): Change {
	const changes = { ...change.changes };
	for (const kind of names) {
		const objects = changes[kind];
		if (!objects?.some((one) => one.version === undefined && !view.get(kind, one.id))) continue;
		Object.assign(changes, {
			[kind]: objects.filter((one) => one.version !== undefined || view.get(kind, one.id)),
		});
	}
	return { ...change, changes };
}

/** Finds an object by its provisional id too, once it is there under the server's. */
export function followingIds(view: View): View {
	return { get: (kind, id) => view.get(kind, currentId(id)), all: view.all };
}

export function layered(rows: Rows, overlay: Patch): View {
	return {
		get<K extends Kind>(kind: K, id: string) {
			const over = overlay.get(kind)?.get(id);
			if (over === null) return undefined;
			return (over as Kinds[K] | undefined) ?? rows[kind].get(id);
		},
		all<K extends Kind>(kind: K) {
			const held = [...rows[kind].values()];
			const layer = overlay.get(kind);
			if (!layer) return held;
			// No copy of the whole map: an edit of one task is replayed with each event.
			const others = held.filter((row) => !layer.has(row.id));
			return [...others, ...[...layer.values()].filter((row) => row !== null)] as Kinds[K][];
		},
	};
}
