// Edits that are shown before their events have come: what is visible is the server's rows with these on top.
import type { Change, Kind, Kinds } from "../api/types.ts";
import { type Patch, type Row, type Rows, reduce } from "../reduce.ts";

/** Reads one object, or all of a kind, as the earlier edits leave them. */
export interface View {
	get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined;
	all<K extends Kind>(kind: K): Kinds[K][];
}

/** What an edit changes, in the shape of an event. */
export type Effect = Change | ((view: View) => Change);

/** The objects that differ from the rows because of `effects`, applied in order. */
export function overlayOf(rows: Rows, effects: readonly Effect[]): Patch {
	const overlay: Patch = new Map();
	const view = viewOf(rows, overlay);
	const names = Object.keys(rows) as Kind[];
	for (const effect of effects) {
		const change = typeof effect === "function" ? effect(view) : effect;
		const patch = reduce((kind, id) => view.get(kind, id), possible(view, change, names), names);
		for (const [kind, objects] of patch) {
			const layer = overlay.get(kind) ?? new Map<string, Row | null>();
			for (const [id, row] of objects) layer.set(id, row);
			overlay.set(kind, layer);
		}
	}
	return overlay;
}

/** Without the changes of objects that another person has removed. New ones have a version. */
function possible(view: View, change: Change, names: readonly Kind[]): Change {
	const changes: Record<string, object[]> = {};
	for (const kind of names) {
		const objects = change.changes?.[kind];
		if (objects) {
			changes[kind] = objects.filter((one) => one.version !== undefined || view.get(kind, one.id));
		}
	}
	return { changes: changes as Change["changes"], removed: change.removed };
}

export function viewOf(rows: Rows, overlay: Patch): View {
	return {
		get<K extends Kind>(kind: K, id: string) {
			const over = overlay.get(kind)?.get(id);
			if (over === null) return undefined;
			return (over as Kinds[K] | undefined) ?? rows[kind].get(id);
		},
		all<K extends Kind>(kind: K) {
			const layer = overlay.get(kind);
			const held = [...rows[kind].values()];
			if (!layer) return held;
			const others = held.filter((row) => !layer.has(row.id));
			return [...others, ...[...layer.values()].filter((row) => row !== null)] as Kinds[K][];
		},
	};
}
