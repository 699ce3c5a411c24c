import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

type Watcher<T> = (before: T | undefined, after: T | undefined) => void;

/** The visible objects of one kind. Each has a signal of its own: a change to one task renders one card. */
export class Table<T extends { id: string }> {
	readonly #cells = new Map<string, Signal<T | undefined>>();
	readonly #marks = new Map<string, Signal<boolean>>();
	#marked = new Set<string>();
	readonly #watchers: Watcher<T>[] = [];
	readonly #size = signal(0);
	readonly #members = signal(0);
	/** Ids of all objects, unsorted; changes only when an object comes or goes. */
	readonly ids: ReadonlySignal<readonly string[]> = computed(() => {
		this.#members.value;
		return [...this.#cells].filter(([, cell]) => cell.peek() !== undefined).map(([id]) => id);
	});

	/** One object; whoever reads it inside a component or `computed` follows it, even before it exists. */
	get(id: string): T | undefined {
		return this.#cell(id).value;
	}

	peek(id: string): T | undefined {
		return this.#cells.get(id)?.peek();
	}

	/** All objects. Follows every one of them: for short lists (members, labels), not for 5,000 tasks. */
	all(): T[] {
		return this.ids.value.flatMap((id) => this.get(id) ?? []);
	}

	peekAll(): T[] {
		return this.ids.peek().flatMap((id) => this.peek(id) ?? []);
	}

	get size(): number {
		return this.#size.value;
	}

	/** True while an edit of ours to this object is not yet confirmed. */
	pending(id: string): boolean {
		let mark = this.#marks.get(id);
		if (!mark) {
			mark = signal(this.#marked.has(id));
			this.#marks.set(id, mark);
		}
		return mark.value;
	}

	watch(watcher: Watcher<T>): void {
		this.#watchers.push(watcher);
		for (const row of this.peekAll()) watcher(undefined, row);
	}

	/** Only the store writes. */
	set(id: string, row: T | undefined): void {
		const cell = this.#cell(id);
		const before = cell.peek();
		if (before === row) return;
		batch(() => {
			cell.value = row;
			if ((before === undefined) !== (row === undefined)) {
				this.#size.value += row === undefined ? -1 : 1;
				this.#members.value += 1;
			}
			for (const watcher of this.#watchers) watcher(before, row);
		});
	}

	mark(ids: Set<string>): void {
		const before = this.#marked;
		this.#marked = ids;
		batch(() => {
			for (const id of before) if (!ids.has(id)) this.#setMark(id, false);
			for (const id of ids) this.#setMark(id, true);
		});
	}

	#setMark(id: string, value: boolean): void {
		const mark = this.#marks.get(id);
		if (mark) mark.value = value;
	}

	#cell(id: string): Signal<T | undefined> {
		let cell = this.#cells.get(id);
		if (!cell) {
			cell = signal<T | undefined>(undefined);
			this.#cells.set(id, cell);
		}
		return cell;
	}
}
