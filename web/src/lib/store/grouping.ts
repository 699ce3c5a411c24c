import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Table } from "./table";

interface Group {
	members: Set<string>;
	moved: Signal<number>;
	sorted: ReadonlySignal<readonly string[]>;
}

/**
 * Sorted ids by group: tasks by column, items by task. A group is sorted when somebody reads it and at most once a
 * batch, and only when an object came, went or changed its place: a new title sorts nothing.
 */
export class Grouping<T extends { id: string }> {
	readonly #groups = new Map<string, Group>();

	constructor(
		private readonly table: Table<T>,
		private readonly group: (row: T) => string | null,
		private readonly compare: (a: T, b: T) => number,
	) {
		table.watch((before, after) => this.#follow(before, after));
	}

	/** The group's ids in order; the reader follows the order, not the objects. */
	of(group: string): readonly string[] {
		return this.#find(group).sorted.value;
	}

	#follow(before: T | undefined, after: T | undefined): void {
		const from = before ? this.group(before) : null;
		const to = after ? this.group(after) : null;
		if (before && after && from === to && this.compare(before, after) === 0) return;
		if (before && from !== null && from !== to) this.#touch(from, (members) => members.delete(before.id));
		if (after && to !== null) this.#touch(to, (members) => members.add(after.id));
	}

	#touch(name: string, change: (members: Set<string>) => unknown): void {
		const group = this.#find(name);
		change(group.members);
		group.moved.value += 1;
	}

	#find(name: string): Group {
		const known = this.#groups.get(name);
		if (known) return known;
		const members = new Set<string>();
		const moved = signal(0);
		const sorted = computed(() => {
			moved.value;
			const rows = [...members].flatMap((id) => this.table.peek(id) ?? []);
			return rows.sort(this.compare).map((row) => row.id);
		});
		const group = { members, moved, sorted };
		this.#groups.set(name, group);
		return group;
	}
}
