import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Table } from "./table";

interface Group {
	/** In order, but for those of `unplaced`. */
	ids: readonly string[];
	/** Came, went, or changed their place since the group was last read. */
	unplaced: Set<string> | undefined;
}
/** What a group that is shown has besides. */
interface Watch {
	moved: Signal<number>;
	ids: ReadonlySignal<readonly string[]>;
}

const none: readonly string[] = [];

/**
 * Sorted ids by group: tasks by column, checklist items by task. A group is put in order when it is read, and only as far as
 * objects came, went or changed their place: a new title sorts nothing, and a moved card does not sort its whole column.
 */
export class Grouping<T extends { id: string }> {
	readonly #groups = new Map<string, Group>();
	readonly #watches = new Map<string, Watch>();

	constructor(
		private readonly table: Table<T>,
		private readonly group: (row: T) => string | null,
		private readonly compare: (a: T, b: T) => number,
	) {
		table.watch((before, after) => this.#follow(before, after));
	}

	/** The group's ids in order. Subscribes to the order, not to the objects. */
	of(name: string): readonly string[] {
		let watch = this.#watches.get(name);
		if (!watch) {
			const moved = signal(0);
			const ids = computed(() => {
				moved.value;
				return this.#ordered(name);
			});
			watch = { moved, ids };
			this.#watches.set(name, watch);
		}
		return watch.ids.value;
	}

	#follow(before: T | undefined, after: T | undefined): void {
		const from = before ? this.group(before) : null;
		const to = after ? this.group(after) : null;
		if (before && after && from === to && this.compare(before, after) === 0) return;
		if (before && from !== null) this.#touch(from, before.id);
		if (after && to !== null && to !== from) this.#touch(to, after.id);
	}

	#touch(name: string, id: string): void {
		const group = this.#groups.get(name);
		if (!group) this.#groups.set(name, { ids: none, unplaced: new Set([id]) });
		else if (group.unplaced) group.unplaced.add(id);
		else group.unplaced = new Set([id]);
		const watch = this.#watches.get(name);
		if (watch) watch.moved.value += 1;
	}

	#ordered(name: string): readonly string[] {
		const group = this.#groups.get(name);
		if (!group) return none;
		const { unplaced } = group;
		if (unplaced) {
			const rest = this.#rows(group.ids, unplaced);
			const fresh = this.#rows(unplaced).filter((row) => this.group(row) === name);
			group.ids = merge(rest, fresh.sort(this.compare), this.compare).map((row) => row.id);
			group.unplaced = undefined;
		}
		return group.ids;
	}

	#rows(ids: Iterable<string>, without?: ReadonlySet<string>): T[] {
		const rows: T[] = [];
		for (const id of ids) {
			const row = without?.has(id) ? undefined : this.table.peek(id);
			if (row) rows.push(row);
		}
		return rows;
	}
}

/** Two sorted lists as one. */
function merge<T>(long: readonly T[], short: readonly T[], compare: (a: T, b: T) => number): T[] {
	const merged: T[] = [];
	let from = 0;
	for (const row of short) {
		const to = placeOf(row, long, from, compare);
		for (; from < to; from++) merged.push(long[from] as T);
		merged.push(row);
	}
	for (; from < long.length; from++) merged.push(long[from] as T);
	return merged;
}

/** The first place at or after `from` whose object does not sort before `row`. */
function placeOf<T>(row: T, among: readonly T[], from: number, compare: (a: T, b: T) => number): number {
	let [low, high] = [from, among.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (compare(among[middle] as T, row) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}
