import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { List, Problem, ProjectEvent, TrashedTask } from "boardcast";
import type { ProjectStore } from "../../live/store/project";

type Items = readonly TrashedTask[];

/**
 * The deleted tasks of a project, the last deleted first: read page by page while a view shows them. Who deleted a task and
 * when is not in its event, so that what goes into the trash is read; what comes out of it is on the board.
 */
export class Trash {
	readonly #items = signal<Items | undefined>(undefined);
	readonly #problem = signal<Problem | null>(null);
	readonly #cursor = signal<string | null>(null);
	#isOpen = false;
	#reading: Promise<void> | undefined;
	#isStale = false;

	/** Undefined until the first page was read. Without what this page is just restoring. */
	readonly items: ReadonlySignal<Items | undefined> = computed(() =>
		this.#items.value?.filter(({ id }) => this.store.tables.tasks.get(id) === undefined),
	);

	constructor(
		private readonly store: ProjectStore,
		private readonly read: (cursor: string | undefined) => Promise<List<TrashedTask>>,
	) {}

	get problem(): ReadonlySignal<Problem | null> {
		return this.#problem;
	}

	get hasMore(): boolean {
		return this.#cursor.value !== null;
	}

	/** Read it and follow it; returns how to end that. */
	open(): () => void {
		this.#isOpen = true;
		const stop = this.store.onApplied((events) => this.#follow(events));
		void this.again();
		return () => {
			this.#isOpen = false;
			stop();
		};
	}

	/** Read the latest ones anew: one read at a time, and once more when something came meanwhile. */
	again(): Promise<void> {
		this.#isStale = true;
		this.#reading ??= this.#readLatest().finally(() => {
			this.#reading = undefined;
		});
		return this.#reading;
	}

	async more(): Promise<void> {
		const cursor = this.#cursor.peek();
		if (cursor === null) return;
		await this.#taking(async () => {
			const page = await this.read(cursor);
			if (this.#cursor.peek() !== cursor) return;
			this.#show([...(this.#items.peek() ?? []), ...page.items], page.next_cursor);
		});
	}

	/** A task is there no more: deleted for good, which no event says. */
	forget(id: string): void {
		this.#items.value = this.#items.peek()?.filter((task) => task.id !== id);
	}

	#follow(events: readonly ProjectEvent[]): void {
		const back = new Set(events.flatMap(({ changes }) => changes?.tasks?.map(({ id }) => id) ?? []));
		if (this.#items.peek()?.some(({ id }) => back.has(id)))
			this.#items.value = this.#items.peek()?.filter(({ id }) => !back.has(id));
		const isNews = ({ type, removed }: ProjectEvent) => removed?.tasks?.length || type.endsWith(".undone");
		// A snapshot comes without events.
		if (events.length === 0 || events.some(isNews)) void this.again();
	}

	async #readLatest(): Promise<void> {
		while (this.#isStale && this.#isOpen) {
			this.#isStale = false;
			await this.#taking(async () => {
				const page = await this.read(undefined);
				const oldest = page.items.at(-1)?.deleted_at;
				// The older ones stay as they were read, behind this page.
				const before = page.next_cursor && oldest ? (this.#items.peek() ?? []) : [];
				const older = before.filter(({ deleted_at }) => deleted_at < (oldest ?? ""));
				const cursor = older.length > 0 ? this.#cursor.peek() : page.next_cursor;
				this.#show([...page.items, ...older], cursor);
			});
		}
	}

	async #taking(read: () => Promise<void>): Promise<void> {
		try {
			await read();
			this.#problem.value = null;
		} catch (error) {
			this.#problem.value = error as Problem;
		}
	}

	#show(items: Items, cursor: string | null | undefined): void {
		const seen = new Set<string>();
		const isFirst = ({ id }: TrashedTask) => !seen.has(id) && seen.add(id) !== undefined;
		batch(() => {
			this.#items.value = items.filter(isFirst);
			this.#cursor.value = cursor ?? null;
		});
	}
}
