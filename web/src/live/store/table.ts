import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

type Watcher<T> = (before: T | undefined, after: T | undefined) => void;

/**
 * The visible objects of one kind. An object that is shown has a signal of its own: a change to one task renders one card.
 * The signal is made when the object is first read, so that thousands of tasks out of sight cost none.
 */
export class Table<T extends { id: string }> {
	readonly #rows = new Map<string, T>();
	readonly #cells = new Map<string, Signal<T | undefined>>();
	readonly #marks = new Map<string, Signal<boolean>>();
	#marked: ReadonlySet<string> = new Set();
	readonly #watchers: Watcher<T>[] = [];
	readonly #size = signal(0);
	/** Count the changes of any object, and those in which one came or went. */
	readonly #changes = signal(0);
	readonly #members = signal(0);
	/** Ids of all objects, unsorted; changes only when an object comes or goes. */
	readonly ids: ReadonlySignal<readonly string[]> = computed(() => {
		this.#members.value;
		return [...this.#rows.keys()];
	});

	/** One object. Subscribes to it, also before it exists. */
	get(id: string): T | undefined {
		let cell = this.#cells.get(id);
		if (!cell) {
			cell = signal(this.#rows.get(id));
			this.#cells.set(id, cell);
		}
		return cell.value;
	}

	peek(id: string): T | undefined {
		return this.#rows.get(id);
	}

	/** All objects. Subscribes to every change of the kind, at the cost of one signal. */
	all(): T[] {
		this.follow();
		return this.peekAll();
	}

	/** Subscribe to every change of the kind, for what then peeks at many objects. */
	follow(): void {
		this.#changes.value;
	}

	peekAll(): T[] {
		return [...this.#rows.values()];
	}

	get size(): number {
		return this.#size.value;
	}

	/** True while the object has an edit of this page that is not confirmed. */
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
		for (const row of this.#rows.values()) watcher(undefined, row);
	}

	/** Show these objects as `read` finds them. Only the store calls it. */
	update(ids: Iterable<string>, read: (id: string) => T | undefined): void {
		batch(() => {
			const size = this.#rows.size;
			let hasChanged = false;
			let haveMembers = false;
			for (const id of ids) {
				const before = this.#rows.get(id);
				const after = read(id);
				if (before === after) continue;
				if (after === undefined) this.#rows.delete(id);
				else this.#rows.set(id, after);
				hasChanged = true;
				haveMembers ||= before === undefined || after === undefined;
				const cell = this.#cells.get(id);
				if (cell) cell.value = after;
				for (const watcher of this.#watchers) watcher(before, after);
			}
			if (hasChanged) this.#changes.value += 1;
			if (haveMembers) this.#members.value += 1;
			if (this.#rows.size !== size) this.#size.value = this.#rows.size;
		});
	}

	mark(ids: ReadonlySet<string>): void {
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
}
