// The one rule by which state follows events, the same as on the server: per kind, merge each object into the one
// with its id (an absent field is unchanged), then delete the removed ids.
import type { Change, Kind, Kinds } from "../api/types";

export const kinds = [
	"project",
	"members",
	"columns",
	"tasks",
	"labels",
	"milestones",
	"dependencies",
	"checklist_items",
] as const satisfies readonly Kind[];

export type Rows = { [K in Kind]: ReadonlyMap<string, Kinds[K]> };
export type Row = Kinds[Kind];
/** What a change makes of the objects it names: the whole object, or null where it is gone. */
export type Patch = Map<Kind, Map<string, Row | null>>;

export function emptyRows(): { [K in Kind]: Map<string, Kinds[K]> } {
	return Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as {
		[K in Kind]: Map<string, Kinds[K]>;
	};
}

/** The objects that `change` makes of what `read` finds. Touches nothing, so its cost is the change's size. */
export function reduce(read: (kind: Kind, id: string) => Row | undefined, change: Change): Patch {
	const patch: Patch = new Map();
	const put = (kind: Kind, id: string, row: Row | null) => {
		const rows = patch.get(kind) ?? new Map<string, Row | null>();
		patch.set(kind, rows.set(id, row));
	};
	for (const kind of kinds) {
		for (const object of change.changes?.[kind] ?? []) {
			const before = patch.get(kind)?.get(object.id) ?? read(kind, object.id);
			put(kind, object.id, { ...before, ...object } as Row);
		}
		for (const id of change.removed?.[kind] ?? []) put(kind, id, null);
	}
	return patch;
}

/** `rows` after `patch`, in place. */
export function write(rows: { [K in Kind]: Map<string, Kinds[K]> }, patch: Patch): void {
	for (const [kind, objects] of patch) {
		const table = rows[kind] as Map<string, Row>;
		for (const [id, row] of objects) {
			if (row === null) table.delete(id);
			else table.set(id, row);
		}
	}
}
