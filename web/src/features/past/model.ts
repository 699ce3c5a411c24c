import { signal } from "@preact/signals";
import { type Activity, type EventPage, Problem, type ProjectEvent, type Snapshot } from "boardcast";
import { ProjectStore } from "../../live/store/project";
import { whole, wholeEvent } from "./defaults";

/** Where the past is read from. */
export interface PastSource {
	/** The board as it was at an event or an instant. */
	board: (at: string) => Promise<Snapshot>;
	/** Events after one, in order. */
	events: (after: number) => Promise<EventPage>;
	/** What happened before an event, the newest first. */
	activity: (before: number, limit: number) => Promise<Activity[]>;
}

/** So many events are applied one by one; a moment that is further away is read as a whole. */
const near = 60;
/** So many entries are read around a moment. */
const around = 40;
/** How long an event is seen at the usual speed, in ms. */
const pace = 1000;

export const speeds = ["1", "4", "16"] as const;
export type Speed = (typeof speeds)[number];

/** A project at an earlier moment: which one is shown, and the way to others. */
export class Past {
	/** The project as it was: the same rows and the same reducer as the live one. */
	readonly store: ProjectStore;
	/** The event with which the moment ends, as it is wanted; undefined until the first board has come. */
	readonly seq = signal<number | undefined>(undefined);
	/** The first moment that the server still has. */
	readonly first = signal(1);
	/** The latest one. */
	readonly last = signal(1);
	readonly playing = signal(false);
	readonly speed = signal<Speed>("1");
	readonly problem = signal<Problem | null>(null);
	/** What happened, by the number of the event. */
	readonly entries = signal<ReadonlyMap<number, Activity>>(new Map());

	readonly #events = new Map<number, ProjectEvent>();
	#at: string;
	#turn = 0;
	#reaching: Promise<void> | undefined;
	#reading: Promise<void> | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isOver = false;

	constructor(
		project: string,
		private readonly source: PastSource,
		at: string,
	) {
		this.#at = at;
		const unused = () => Promise.reject(new Problem(0, { code: "internal" }));
		const snapshot = async () => {
			const board = whole(await source.board(this.#at));
			// Each is a history of its own: a replica never goes back within one.
			return { ...board, epoch: `${board.epoch} ${++this.#turn}` };
		};
		this.store = new ProjectStore(project, { snapshot, page: unused }, () => {}, undefined, true);
	}

	/** Reads the moment with which it begins. */
	async start(): Promise<void> {
		this.#isOver = false;
		await this.#load();
		const { applied } = this.store;
		if (applied === undefined || this.#isOver) return;
		this.last.value = Math.max(this.last.peek(), applied);
		this.seq.value ??= applied;
		void this.#tell(applied);
	}

	stop(): void {
		this.#isOver = true;
		this.pause();
	}

	/** The project has gone on. */
	goesOn(last: number): void {
		this.last.value = Math.max(this.last.peek(), last);
	}

	/** Show another moment. The wish counts at once, and the latest one wins. */
	seek(seq: number): Promise<void> {
		this.seq.value = Math.min(Math.max(seq, this.first.peek()), this.last.peek());
		void this.#tell(this.seq.value);
		this.#reaching ??= this.#reach().finally(() => {
			this.#reaching = undefined;
		});
		return this.#reaching;
	}

	step(by: 1 | -1): void {
		this.pause();
		void this.seek((this.seq.peek() ?? this.last.peek()) + by);
	}

	/** Show event after event, from the beginning when the end is shown. */
	async play(): Promise<void> {
		if (this.playing.peek()) return;
		this.playing.value = true;
		if ((this.seq.peek() ?? 0) >= this.last.peek()) await this.seek(this.first.peek());
		this.#next();
	}

	pause(): void {
		this.playing.value = false;
		clearTimeout(this.#timer);
	}

	#next(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(async () => {
			if (!this.playing.peek()) return;
			const next = (this.seq.peek() ?? 0) + 1;
			if (next <= this.last.peek()) await this.seek(next);
			if (this.#isOver || !this.playing.peek()) return;
			if (this.problem.peek() || next >= this.last.peek()) this.pause();
			else this.#next();
		}, pace / Number(this.speed.peek()));
	}

	async #reach(): Promise<void> {
		this.problem.value = null;
		while (!this.#isOver && this.store.applied !== this.seq.peek()) {
			const wanted = this.seq.peek() ?? 0;
			const applied = this.store.applied ?? 0;
			if (this.store.status.peek() === "ready" && wanted > applied && wanted - applied <= near) {
				if (!(await this.#follow(applied, wanted))) return;
			} else {
				this.#at = String(wanted);
				if (!(await this.#load())) return;
			}
		}
	}

	async #load(): Promise<boolean> {
		await this.store.load();
		const problem = this.store.problem.peek();
		if (!problem) return true;
		// The log was trimmed: the past begins later.
		const { oldest } = problem;
		if (problem.status === 410 && oldest !== undefined && oldest - 1 > this.first.peek()) {
			this.first.value = oldest - 1;
			this.#at = String(oldest - 1);
			this.seq.value = oldest - 1;
			return this.#load();
		}
		this.problem.value = problem;
		return false;
	}

	/** Applies the events after one up to another, as those of the stream are. */
	async #follow(after: number, to: number): Promise<boolean> {
		try {
			for (let seq = after + 1; seq <= to; seq++) {
				if (!this.#events.has(seq)) await this.#read(seq - 1);
				const event = this.#events.get(seq);
				// Another moment may be wanted meanwhile.
				if (!event || this.#isOver || (this.seq.peek() ?? 0) < seq) break;
				this.store.receive(wholeEvent(event, (kind, id) => this.store.tables[kind].peek(id) !== undefined));
			}
			return (this.store.applied ?? 0) > after;
		} catch (error) {
			this.problem.value = error instanceof Problem ? error : new Problem(0, { code: "internal" });
			return false;
		}
	}

	async #read(after: number): Promise<void> {
		const page = await this.source.events(after);
		for (const event of page.items) this.#events.set(event.seq, event);
	}

	/** Reads what happened at a moment, and around it. One read at a time: who drags passes many. */
	#tell(seq: number): Promise<void> {
		if (this.entries.peek().has(seq)) return Promise.resolve();
		this.#reading ??= this.source
			.activity(Math.min(seq + around, this.last.peek()) + 1, 2 * around)
			.then(
				(items) => {
					this.entries.value = new Map([
						...this.entries.peek(),
						...items.map((item) => [item.seq, item] as const),
					]);
				},
				// The moment is shown without words.
				() => {},
			)
			.finally(() => {
				this.#reading = undefined;
				const now = this.seq.peek();
				if (!this.#isOver && now !== undefined && now !== seq) void this.#tell(now);
			});
		return this.#reading;
	}
}
