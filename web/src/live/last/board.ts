// A project's state as it is kept in the browser: its objects in slices, and behind them what has changed since, so that
// keeping an event does not mean writing everything again.
import { type Kind, type Kinds, kinds, namesOf, type Row, type Rows, type Snapshot } from "boardcast";

/** Another one is of another page, older or newer, and is not read. */
export const format = 1;

export interface Head {
	format: number;
	/** Names the slices and patches that belong together. */
	generation: string;
	/** Behind the last event that is in it: `epoch.seq.chain`. */
	cursor: string;
	/** When the state was the server's, in ms since 1970. */
	at: number;
	slices: number;
	patches: number;
}

/** Objects as they are now, and ids of those that are gone. */
export interface Patch {
	rows: { [K in Kind]?: Row[] };
	removed: { [K in Kind]?: string[] };
}

type Slice = Patch["rows"];

const names = namesOf(kinds, "snapshot");
/** So many objects are copied at once: a millisecond or two. */
const sliceLength = 400;

/** All objects, in slices. Objects are never changed in place: what is handed out stays as it was. */
export function slicesOf(rows: Rows, length = sliceLength): Slice[] {
	const slices: Slice[] = [{}];
	let room = length;
	for (const kind of names) {
		for (const row of rows[kind].values()) {
			if (room === 0) {
				slices.push({});
				room = length;
			}
			room -= 1;
			const slice = slices.at(-1) as Slice;
			slice[kind] ??= [];
			slice[kind].push(row);
		}
	}
	return slices;
}

/** The objects with these ids as they are now. */
export function patchOf(rows: Rows, touched: ReadonlyMap<Kind, ReadonlySet<string>>): Patch {
	const patch: Patch = { rows: {}, removed: {} };
	for (const kind of names) {
		const ids = [...(touched.get(kind) ?? [])];
		const found = ids.flatMap((id) => rows[kind].get(id) ?? []);
		const gone = ids.filter((id) => !rows[kind].has(id));
		if (found.length > 0) patch.rows[kind] = found;
		if (gone.length > 0) patch.removed[kind] = gone;
	}
	return patch;
}

/** The state that was kept, as the server would answer it; undefined where it is not whole. */
export function joined(
	{ format: found, cursor, slices: count, patches: most }: Head,
	slices: readonly unknown[],
	patches: readonly unknown[],
): Snapshot | undefined {
	const [epoch, seq, chain] = typeof cursor === "string" ? cursor.split(".") : [];
	const isWhole = slices.length === count && patches.length === most;
	if (found !== format || !isWhole || !epoch || !chain || !/^\d+$/.test(seq ?? "")) return undefined;
	const tables = new Map<Kind, Map<string, Row>>(names.map((kind) => [kind, new Map()]));
	for (const slice of slices) if (!put(tables, slice)) return undefined;
	for (const patch of patches) {
		if (!isObject(patch) || !put(tables, patch["rows"])) return undefined;
		const { removed } = patch as unknown as Patch;
		for (const kind of names) for (const id of removed?.[kind] ?? []) tables.get(kind)?.delete(id);
	}
	const [project] = tables.get("project")?.values() ?? [];
	if (!project) return undefined;
	const lists = Object.fromEntries(names.map((kind) => [kind, [...(tables.get(kind)?.values() ?? [])]]));
	return { ...lists, project, epoch, seq: Number(seq), cursor } as unknown as Snapshot;
}

function put(tables: Map<Kind, Map<string, Row>>, slice: unknown): boolean {
	if (!isObject(slice)) return false;
	for (const [kind, rows] of Object.entries(slice)) {
		const table = tables.get(kind as Kind);
		if (!table || !Array.isArray(rows)) return false;
		for (const row of rows) {
			if (!isRow(kind as Kind, row)) return false;
			table.set(row.id, row);
		}
	}
	return true;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** What every view reads without a question. */
const texts: { [K in Kind]?: readonly (keyof Kinds[K])[] } = {
	project: ["name", "key"],
	members: ["name", "role"],
	columns: ["name", "position"],
	tasks: ["title", "column_id", "position", "priority", "updated_at"],
	labels: ["name", "colour"],
	milestones: ["name"],
	dependencies: ["task_id", "depends_on_id"],
	checklist_items: ["task_id", "text", "position"],
};
const lists: { [K in Kind]?: readonly (keyof Kinds[K])[] } = { tasks: ["assignee_ids", "label_ids"] };

/** What lies in a browser's database may be broken by other programs, and by the disk. */
function isRow(kind: Kind, row: unknown): row is Row {
	if (!isObject(row) || typeof row["id"] !== "string" || typeof row["version"] !== "number") return false;
	return (
		(texts[kind] ?? []).every((field) => typeof row[field] === "string") &&
		(lists[kind] ?? []).every((field) => Array.isArray(row[field]))
	);
}
