// The one rule by which a project's state follows its events, the same as on the server: for each kind, merge each
// object into the one with its id (an absent field is unchanged), then delete the removed ids.
import type { Change, Kind, Kinds } from "./api/types.ts";
import { kinds, namesOf } from "./kinds.ts";

export type Rows = { [K in Kind]: ReadonlyMap<string, Kinds[K]> };
export type MutableRows = { [K in Kind]: Map<string, Kinds[K]> };
export type Row = Kinds[Kind];
/** The objects that a change names, as they are afterwards; null for a removed one. */
export type Patch = Map<Kind, Map<string, Row | null>>;

export function emptyRows(names: readonly Kind[] = namesOf(kinds)): MutableRows {
	return Object.fromEntries(names.map((kind) => [kind, new Map()])) as MutableRows;
}

/** The objects of `change` as they are afterwards, given what `read` finds. It changes nothing itself. */
export function reduce(
	read: (kind: Kind, id: string) => Row | undefined,
	change: Change,
	names: readonly Kind[] = namesOf(kinds),
): Patch {
	const patch: Patch = new Map();
	const put = (kind: Kind, id: string, row: Row | null) => {
		const rows = patch.get(kind) ?? new Map<string, Row | null>();
		patch.set(kind, rows.set(id, row));
	};
	for (const kind of names) {
		for (const object of change.changes?.[kind] ?? []) {
			const before = patch.get(kind)?.get(object.id) ?? read(kind, object.id);
			put(kind, object.id, { ...before, ...object } as Row);
		}
		for (const id of change.removed?.[kind] ?? []) put(kind, id, null);
	}
	return patch;
}

/** Apply `patch` to `rows`, in place. */
export function write(rows: MutableRows, patch: Patch): void {
	for (const [kind, objects] of patch) {
		const table = rows[kind] as Map<string, Row>;
		for (const [id, row] of objects) {
			if (row === null) table.delete(id);
			else table.set(id, row);
		}
	}
}
