import { signal } from "@preact/signals";
import { type Activity, type List, Problem, type ProjectEvent } from "boardcast";
import type { ProjectStore } from "../../live/store/project";

type Read = (cursor: string | undefined) => Promise<List<Activity>>;

/** Several events that come together are asked for once, in ms. */
const together = 150;
/** A page may be empty while another follows: so many are read at one go. */
const mostEmpty = 5;

/** Activity by pages, the newest first. What happens meanwhile is read and put on top. */
export class ActivityFeed {
	/** Undefined until the first page has come. */
	readonly items = signal<readonly Activity[] | undefined>(undefined);
	readonly problem = signal<Problem | null>(null);
	/** There is more before what was read. */
	readonly hasMore = signal(false);
	readonly isReading = signal(false);

	#cursor: string | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#news: Promise<void> | undefined;
	#newsAgain = false;
	#isOver = false;

	constructor(
		private readonly store: ProjectStore,
		private readonly read: Read,
		/** Whether an event may be part of it. */
		private readonly concerns: (event: ProjectEvent) => boolean = () => true,
	) {}

	/** Reads, and follows the project; returns how to stop. */
	start(): () => void {
		this.#isOver = false;
		void this.earlier();
		const stop = this.store.onApplied((events) => {
			// A snapshot says not what has happened.
			if (events.length > 0 && !events.some(this.concerns)) return;
			this.#timer ??= setTimeout(() => {
				this.#timer = undefined;
				void this.refresh();
			}, together);
		});
		return () => {
			this.#isOver = true;
			clearTimeout(this.#timer);
			this.#timer = undefined;
			stop();
		};
	}

	/** The next page, or the first one. */
	async earlier(): Promise<void> {
		if (this.isReading.peek()) return;
		this.isReading.value = true;
		try {
			for (let turn = 0; turn < mostEmpty; turn++) {
				const page = await this.read(this.#cursor);
				if (this.#isOver) return;
				this.#add(page.items);
				this.#goOn(page);
				if (page.items.length > 0 || !this.hasMore.peek()) break;
			}
			this.problem.value = null;
		} catch (error) {
			this.#failed(error);
		} finally {
			this.isReading.value = false;
		}
	}

	/** Reads what happened since. One read at a time, and once more when something happened meanwhile. */
	refresh(): Promise<void> {
		if (this.#news) this.#newsAgain = true;
		this.#news ??= this.#refresh().finally(() => {
			this.#news = undefined;
			if (this.#newsAgain && !this.#isOver) {
				this.#newsAgain = false;
				void this.refresh();
			}
		});
		return this.#news;
	}

	async #refresh(): Promise<void> {
		try {
			const page = await this.read(undefined);
			if (this.#isOver) return;
			const known = this.items.peek() ?? [];
			const newest = known[0]?.seq;
			const isJoined = newest === undefined || page.items.some(({ seq }) => seq <= newest);
			// More has happened than a page holds: what was read before would leave a gap.
			if (!isJoined && page.next_cursor) {
				this.items.value = page.items;
				this.#goOn(page);
			} else {
				this.#add(page.items);
				if (newest === undefined) this.#goOn(page);
			}
			this.problem.value = null;
		} catch (error) {
			this.#failed(error);
		}
	}

	#add(more: readonly Activity[]): void {
		const known = new Map((this.items.peek() ?? []).map((item) => [item.seq, item]));
		for (const item of more) known.set(item.seq, item);
		this.items.value = [...known.values()].sort((a, b) => b.seq - a.seq);
	}

	#goOn({ next_cursor }: List<Activity>): void {
		this.#cursor = next_cursor ?? undefined;
		this.hasMore.value = this.#cursor !== undefined;
	}

	#failed(error: unknown): void {
		if (this.#isOver || this.store.status.peek() === "gone") return;
		this.problem.value = error instanceof Problem ? error : new Problem(0, { code: "internal" });
	}
}

/** What the parts of a task are called in the types of events: not each of them says of which task it is. */
const parts = /^(comment|attachment|checklist_item|dependency)\./;

/** Whether an event may be part of a task's activity. */
export function concernsTask(task: string): (event: ProjectEvent) => boolean {
	return (event) => parts.test(event.type) || JSON.stringify([event.changes, event.removed]).includes(task);
}
