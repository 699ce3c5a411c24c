import { type ReadonlySignal, signal } from "@preact/signals";
import type { ProjectEvent, SavedView } from "boardcast";
import { useEffect } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { readViews } from "./commands";

/** The saved views of a project that the person sees: read while something shows them, and again when an event names some. */
class SavedViews {
	readonly #items = signal<readonly SavedView[] | undefined>(undefined);
	#watchers = 0;
	#stop = () => {};
	/** Counts the reads: an older answer never wins. */
	#turn = 0;

	constructor(private readonly store: ProjectStore) {}

	get items(): ReadonlySignal<readonly SavedView[] | undefined> {
		return this.#items;
	}

	open(): () => void {
		this.#watchers += 1;
		if (this.#watchers === 1) this.#follow();
		return () => {
			this.#watchers -= 1;
			if (this.#watchers === 0) this.#stop();
		};
	}

	async read(): Promise<void> {
		const turn = ++this.#turn;
		try {
			const items = await readViews(this.store.id);
			if (turn === this.#turn) this.#items.value = items;
		} catch {
			// What was read before stays; the next event, or opening the project again, asks once more.
		}
	}

	/** What the server has answered to a change is shown at once, and all of it read again: an earlier read may be on its way. */
	put(view: SavedView): void {
		const others = (this.#items.peek() ?? []).filter(({ id }) => id !== view.id);
		this.#items.value = [...others, view];
		void this.read();
	}

	remove(id: string): void {
		this.#items.value = this.#items.peek()?.filter((view) => view.id !== id);
		void this.read();
	}

	#follow(): void {
		void this.read();
		let applied = this.store.applied;
		this.#stop = this.store.onApplied((events) => {
			// A new snapshot came, without the events before it.
			const isReset = events.length === 0 && this.store.applied !== applied;
			applied = this.store.applied;
			if (isReset || events.some(namesViews)) void this.read();
		});
	}
}

function namesViews({ changes, removed }: ProjectEvent): boolean {
	return "views" in { ...changes, ...removed };
}

const all = new WeakMap<ProjectStore, SavedViews>();

export function savedViews(store: ProjectStore): SavedViews {
	let views = all.get(store);
	if (!views) {
		views = new SavedViews(store);
		all.set(store, views);
	}
	return views;
}

const byName = (a: SavedView, b: SavedView) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);

/** The views of a project, while a component shows them: one's own first, by name; undefined until they were read. */
export function useSavedViews(store: ProjectStore): readonly SavedView[] | undefined {
	const views = savedViews(store);
	useEffect(() => views.open(), [views]);
	return views.items.value?.toSorted((a, b) => Number(a.shared) - Number(b.shared) || byName(a, b));
}
