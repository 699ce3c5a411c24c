// What is seen = the server's state, and on top the edits that it has not yet told us of.
import type { Change, Kind, Kinds } from "../api/types";
import { type Patch, type Row, type Rows, reduce } from "./reduce";

/** Reads one object, or all of a kind, as the edits before it leave them. */
export interface View {
	get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined;
	all<K extends Kind>(kind: K): Kinds[K][];
}

/** An edit in the shape of an event: computed anew at each replay, so that it merges with what others did since. */
export type Effect = (view: View) => Change;

/** The objects that differ from the server's because of `effects`, in their order. */
export function replay(rows: Rows, effects: Iterable<Effect>): Patch {
	const overlay: Patch = new Map();
	const view = layered(rows, overlay);
	for (const effect of effects) {
		const patch = reduce((kind, id) => view.get(kind, id), effect(view));
		for (const [kind, objects] of patch) {
			const layer = overlay.get(kind) ?? new Map<string, Row | null>();
			for (const [id, row] of objects) layer.set(id, row);
			overlay.set(kind, layer);
		}
	}
	return overlay;
}

export function layered(rows: Rows, overlay: Patch): View {
	return {
		get<K extends Kind>(kind: K, id: string) {
			const over = overlay.get(kind)?.get(id);
			if (over === null) return undefined;
			return (over as Kinds[K] | undefined) ?? rows[kind].get(id);
		},
		all<K extends Kind>(kind: K) {
			const layer = overlay.get(kind);
			if (!layer) return [...rows[kind].values()];
			const seen = new Map<string, Row | null>(rows[kind] as ReadonlyMap<string, Row>);
			for (const [id, row] of layer) seen.set(id, row);
			return [...seen.values()].filter((row) => row !== null) as Kinds[K][];
		},
	};
}
