import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Problem, ProjectEvent, Task } from "boardcast";
import type { Follower, ProjectStore } from "./project";

/** A task that comes to the list, or leaves it (undefined). */
interface Move {
	id: string;
	seq: number;
	task: Task | undefined;
}

/**
 * The archived tasks of a project, the latest first. They are not part of its state: a list that is read page by page while
 * a view shows it, and follows the events meanwhile.
 */
export class ArchivedTasks implements Follower {
	readonly #items = signal<readonly Task[] | undefined>(undefined);
	readonly #problem = signal<Problem | null>(null);
	readonly #cursor = signal<string | null>(null);
	/** Counts the reads: the answer of a former one is dropped. */
	#turn = 0;
	/** The moves since the present read began: its answer may be older than they are. */
	#since: Move[] | undefined;

	constructor(private readonly store: Pick<ProjectStore, "archived" | "follow" | "held">) {}

	/** Undefined until the first page was read. */
	get items(): ReadonlySignal<readonly Task[] | undefined> {
		return this.#items;
	}

	get problem(): ReadonlySignal<Problem | null> {
		return this.#problem;
	}

	/** Whether there are older ones that were not read yet. */
	get hasMore(): boolean {
		return this.#cursor.value !== null;
	}

	/** Read it and follow it; returns how to end that. */
	open(): () => void {
		const stop = this.store.follow(this);
		void this.again();
		return () => {
			stop();
			this.#forget();
		};
	}

	again(): Promise<void> {
		return this.#load(undefined);
	}

	more(): Promise<void> {
		const cursor = this.#cursor.peek();
		return cursor === null ? Promise.resolve() : this.#load(cursor);
	}

	/** Called for each event, before the board shows it. */
	take(event: ProjectEvent): void {
		const moves = this.#movesOf(event);
		if (!moves) return void this.again();
		this.#since?.push(...moves);
		this.#move(moves);
	}

	reset(): void {
		void this.again();
	}

	#forget(): void {
		this.#turn += 1;
		this.#since = undefined;
		batch(() => {
			this.#items.value = undefined;
			this.#problem.value = null;
			this.#cursor.value = null;
		});
	}

	async #load(cursor: string | undefined): Promise<void> {
		const turn = ++this.#turn;
		this.#since = [];
		try {
			const page = await this.store.archived(cursor);
			if (turn !== this.#turn) return;
			const before = cursor === undefined ? [] : (this.#items.peek() ?? []);
			const fresh = page.items.filter(({ id }) => !before.some((task) => task.id === id));
			const since = this.#since ?? [];
			this.#since = undefined;
			batch(() => {
				this.#items.value = [...before, ...fresh];
				this.#cursor.value = page.next_cursor ?? null;
				this.#problem.value = null;
				this.#move(since);
			});
		} catch (error) {
			if (turn !== this.#turn) return;
			this.#since = undefined;
			this.#problem.value = error as Problem;
		}
	}

	/** What the event moves into the list and out of it; undefined when only the server knows what it has archived. */
	#movesOf({ type, seq, at, changes, removed }: ProjectEvent): Move[] | undefined {
		const moves: Move[] = [];
		// What was undone goes to the archive, or to the trash.
		if (type.endsWith(".undone")) return undefined;
		for (const id of removed?.tasks ?? []) {
			const task = type === "task.deleted" ? undefined : this.store.held(id);
			const isListed = this.#items.peek()?.some((one) => one.id === id) ?? false;
			if (!task && !isListed && type !== "task.deleted") return undefined;
			moves.push({ id, seq, task: task && { ...task, archived_at: at, version: seq } });
		}
		for (const change of changes?.tasks ?? []) {
			if (change.archived_at === null) moves.push({ id: change.id, seq, task: undefined });
		}
		return moves;
	}

	#move(moves: readonly Move[]): void {
		const items = this.#items.peek();
		if (!items) return;
		const moved = moves.reduce((before, { id, seq, task }) => {
			// What was read at a later event has this one already.
			if ((before.find((one) => one.id === id)?.version ?? 0) >= seq) return before;
			const others = before.filter((one) => one.id !== id);
			return task ? [task, ...others] : others;
		}, items);
		this.#items.value = moved;
	}
}
