import type { Api } from "./api/client.ts";
import { Problem } from "./api/problem.ts";
import type { Change, EventPage, Kind, List, ProjectEvent, Snapshot, Task } from "./api/types.ts";
import { chainOf, History } from "./history.ts";
import { type Declarations, kinds, namesOf } from "./kinds.ts";
import { LoadedKinds, type LoadedState } from "./loaded.ts";
import { emptyRows, type MutableRows, type Row, type Rows, reduce, write } from "./reduce.ts";
import { pause, readSnapshot } from "./snapshot.ts";
import type { Message, Standing } from "./stream/message.ts";

/** Where a replica reads from: the API, or a fake one in tests. */
export interface Source {
	snapshot(project: string): Promise<Snapshot>;
	/** The events after a seq; with the cursor behind it, if it is still an event of the server's log. */
	page(project: string, after: number, cursor?: string): Promise<EventPage>;
	/** The archived tasks, the latest first, by pages. */
	archived?(project: string, cursor: string | undefined): Promise<List<Task>>;
	/** All objects of one parent, of a loaded kind. */
	read?(kind: Kind, project: string, parent: string): Promise<Row[]>;
}

export function sourceOf(api: Api, declared: Declarations = kinds): Source {
	return {
		snapshot: async (project) =>
			(await api.GET("/projects/{project}/board", { params: { path: { project } }, read: readSnapshot }))
				.data,
		// The same address answers with a stream or with a page; JSON is the page.
		page: async (project, after, cursor) =>
			(
				await api.GET("/projects/{project}/events", {
					params: { path: { project }, query: { ...(cursor ? { cursor } : { after }), limit: 200 } },
					headers: { Accept: "application/json" },
				})
			).data as EventPage,
		archived: async (project, cursor) => {
			const query = { status: ["archived" as const], limit: 50, ...(cursor ? { cursor } : {}) };
			return (await api.GET("/projects/{project}/tasks", { params: { path: { project }, query } })).data;
		},
		read: async (kind, project, parent) => (await declared[kind].read?.(api, project, parent)) ?? [],
	};
}

/** So many events are more than a snapshot. */
const tooMany = 2000;

export type ReplicaStatus = "loading" | "ready" | "failed" | "gone";
/** Ids of objects that may differ from before, by kind. */
export type Touched = Map<Kind, Set<string>>;

export interface ReplicaHooks {
	/** The rows have changed: by these events, or by a snapshot or a read of an open parent when there are none. */
	changed?(touched: Touched, events: readonly ProjectEvent[]): void;
	status?(status: ReplicaStatus, problem: Problem | null): void;
	/** A snapshot is asked for; what it will have is at least what the server has answered until now. */
	loading?(): void;
	/** The snapshot that was asked for is in the rows. */
	loaded?(): void;
	/** How far the objects of an open parent are. */
	parent?(kind: Kind, parent: string, state: LoadedState): void;
	/** What is missing could not be read: the next event, hello or `catchUp` tries again. */
	behind?(error: unknown): void;
}

/**
 * A project's state on this side, up to event `applied`. It begins with a snapshot and follows the events, which may come
 * repeated, out of order and with gaps: a gap is read from the log, and where the log has been trimmed or belongs to
 * another history, a new snapshot.
 */
export class Replica {
	readonly rows: Rows;
	readonly #names: readonly Kind[];
	readonly #rows: MutableRows;
	readonly #parents: LoadedKinds;
	readonly #inbox = new Map<number, ProjectEvent>();
	#status: ReplicaStatus = "loading";
	#applied: number | undefined;
	#epoch = "";
	readonly #history = new History();
	/** The server has another history than the state: the next snapshot replaces it, whatever its seq. */
	#replaced = false;
	#loading: Promise<void> | undefined;
	#catching: Promise<boolean> | undefined;

	constructor(
		readonly project: string,
		private readonly source: Source,
		private readonly hooks: ReplicaHooks = {},
		private readonly declared: Declarations = kinds,
	) {
		this.#names = namesOf(declared);
		this.#rows = emptyRows(this.#names);
		this.rows = this.#rows;
		this.#parents = new LoadedKinds(declared, this.#rows, {
			read: async (kind, parent) => (await this.source.read?.(kind, project, parent)) ?? [],
			changed: (kind, ids) => this.hooks.changed?.(new Map([[kind, ids]]), []),
			state: (kind, parent, state) => this.hooks.parent?.(kind, parent, state),
		});
	}

	get status(): ReplicaStatus {
		return this.#status;
	}

	/** Seq of the last event applied; undefined before the first snapshot. */
	get applied(): number | undefined {
		return this.#applied;
	}

	/** Behind the last event applied, in this history; undefined before the first snapshot, and with an older server. */
	get cursor(): string | undefined {
		return this.#applied === undefined ? undefined : this.#history.cursor(this.#epoch, this.#applied);
	}

	/** Hold the objects of a loaded kind that belong to `parent`; returns how to let them go. */
	open(kind: Kind, parent: string): () => void {
		return this.#parents.open(kind, parent);
	}

	/** How far the objects of an open parent are. */
	stateOf(kind: Kind, parent: string): LoadedState {
		return this.#parents.state(kind, parent);
	}

	/** What of `change` an event would bring here: without the objects of parents that are not open. */
	narrow(change: Change): Change {
		return this.#parents.narrow(change);
	}

	/** Take in what the stream says, as far as it concerns this project. */
	take(message: Message): void {
		if (message.type === "hello" || message.type === "reset") {
			const standing = message.projects[this.project];
			if (standing) this.hello(message.epoch, standing);
		} else if (message.type === "event" && message.event.project === this.project)
			this.receive(message.event);
		else if (message.type === "left" && message.project === this.project) this.leave();
	}

	/** Take in an event: it is applied once, and in its order. */
	receive(event: ProjectEvent): void {
		if (this.#gone) return;
		if (!this.#replaced && this.#applied !== undefined && event.seq <= this.#applied) {
			if (this.#history.has(event.seq, event.chain) === false) void this.#beginAnew();
			return;
		}
		this.#inbox.set(event.seq, event);
		this.#drain();
		if (this.#inbox.size > 0) void this.catchUp();
	}

	/** The stream says where it stands: what lies between that and the rows is read. */
	hello(epoch: string, standing: Standing): void {
		if (this.#applied === undefined) return;
		const { from, head, chain, status } = standing;
		if (epoch !== this.#epoch || status === "reset" || this.#history.has(from, chain) === false)
			void this.#beginAnew();
		// A head before `applied` is an old one, or of another history: the page says which.
		else if (head - this.#applied > tooMany) void this.load();
		else if (from > this.#applied || head < this.#applied) void this.catchUp();
	}

	/** The user is no longer a member, or the project was deleted: drop everything, and ignore late answers. */
	leave(): void {
		if (this.#gone) return;
		this.#setStatus("gone", null);
		this.#inbox.clear();
		this.#parents.leave();
		const touched: Touched = new Map();
		for (const kind of this.#names) {
			touched.set(kind, new Set(this.#rows[kind].keys()));
			this.#rows[kind].clear();
		}
		this.hooks.changed?.(touched, []);
	}

	/** The server's log does not go on from the state: what has come of the old one is dropped, and the state replaced. */
	#beginAnew(): Promise<void> {
		this.#inbox.clear();
		this.#replaced = true;
		return this.load();
	}

	/** Read the snapshot. The old state stays until the new one replaces it in one step. */
	load(): Promise<void> {
		this.#loading ??= this.#load().finally(() => {
			this.#loading = undefined;
		});
		return this.#loading;
	}

	/**
	 * Read the events after the last one applied: after a gap, and where no stream gets through. True when all of them came; where a
	 * snapshot is read instead, asking once more says so.
	 */
	catchUp(): Promise<boolean> {
		if (this.#applied === undefined || this.#loading) return this.load().then(() => false);
		this.#catching ??= this.#catchUp()
			.catch((error) => {
				if (error instanceof Problem && error.status === 404) this.leave();
				else this.hooks.behind?.(error);
				// The next event, hello or poll tries again.
				return false;
			})
			.finally(() => {
				this.#catching = undefined;
			});
		return this.#catching;
	}

	get #gone(): boolean {
		return this.#status === "gone";
	}

	#setStatus(status: ReplicaStatus, problem: Problem | null): void {
		this.#status = status;
		this.hooks.status?.(status, problem);
	}

	async #catchUp(): Promise<boolean> {
		for (;;) {
			const after = this.#applied ?? 0;
			let page: EventPage;
			try {
				page = await this.source.page(this.project, after, this.#history.cursor(this.#epoch, after));
			} catch (error) {
				// The log no longer has these events, or is of another history, or the request cannot succeed.
				if (error instanceof Problem && (error.status === 410 || error.status === 422)) {
					return this.#beginAnew().then(() => false);
				}
				throw error;
			}
			if (this.#gone) return false;
			if (page.epoch !== this.#epoch) return this.#beginAnew().then(() => false);
			for (const event of page.items) this.#inbox.set(event.seq, event);
			this.#drain();
			if (page.next_cursor === null || page.items.length === 0) return true;
		}
	}

	async #load(): Promise<void> {
		if (this.#gone) return;
		this.hooks.loading?.();
		try {
			const snapshot = await this.source.snapshot(this.project);
			if (this.#gone) return;
			this.#replace(snapshot);
			// Taking in a large project and showing it are two tasks.
			await pause();
			if (this.#gone) return;
			this.#setStatus("ready", null);
			this.hooks.loaded?.();
			this.#drain();
		} catch (error) {
			const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
			if (problem.status === 404) this.leave();
			else this.#setStatus(this.#status === "ready" ? "ready" : "failed", problem);
		}
	}

	#replace(snapshot: Snapshot): void {
		const chain = chainOf(snapshot.cursor);
		const known = this.#epoch === snapshot.epoch ? this.#history.has(snapshot.seq, chain) : false;
		// Events may overtake the snapshot's answer: never go back, unless it is of another history.
		const older = this.#applied !== undefined && snapshot.seq < this.#applied;
		const keep = older && (known ?? !this.#replaced);
		if (known === false && !this.#replaced && this.#epoch !== "") this.#inbox.clear();
		this.#replaced = false;
		if (keep) return;
		const touched: Touched = new Map();
		for (const kind of this.#names) {
			if (this.declared[kind].held === "loaded") continue;
			const fresh =
				kind === "project" ? [snapshot.project] : (snapshot as unknown as Record<Kind, Row[]>)[kind];
			touched.set(kind, swap(this.#rows[kind] as Map<string, Row>, fresh));
		}
		this.#epoch = snapshot.epoch;
		this.#applied = snapshot.seq;
		this.#history.begin(snapshot.seq, chain);
		this.hooks.changed?.(touched, []);
		this.#parents.reset();
	}

	#drain(): void {
		// Events of another history wait for its snapshot.
		if (this.#applied === undefined || this.#replaced) return;
		const touched: Touched = new Map();
		const events: ProjectEvent[] = [];
		for (const seq of this.#inbox.keys()) if (seq <= this.#applied) this.#inbox.delete(seq);
		for (let next = this.#inbox.get(this.#applied + 1); next; next = this.#inbox.get(this.#applied + 1)) {
			const news = this.#parents.take(next);
			const patch = reduce((kind, id) => this.#rows[kind].get(id), news, this.#names);
			write(this.#rows, patch);
			for (const [kind, objects] of patch) {
				const ids = touched.get(kind) ?? new Set<string>();
				for (const id of objects.keys()) ids.add(id);
				touched.set(kind, ids);
			}
			this.#inbox.delete(next.seq);
			this.#applied = next.seq;
			this.#history.add(next.seq, next.chain);
			events.push(next);
		}
		if (events.length === 0) return;
		this.hooks.changed?.(touched, events);
		for (const event of events) this.#parents.follow(event);
	}
}

/** Replace `rows` by `fresh`; returns the ids that may differ. An object with the same fields stays the same object. */
function swap(rows: Map<string, Row>, fresh: readonly Row[]): Set<string> {
	const touched = new Set(rows.keys());
	const before = new Map(rows);
	rows.clear();
	for (const row of fresh) {
		const known = before.get(row.id);
		const unchanged = known !== undefined && known.version === row.version && equal(known, row);
		rows.set(row.id, unchanged ? known : row);
		if (unchanged) touched.delete(row.id);
		else touched.add(row.id);
	}
	return touched;
}

/** Whether each field of `fresh` is the same in `known`. In another history a version may be that of another change. */
function equal(known: Row, fresh: Row): boolean {
	return Object.entries(fresh).every(([field, value]) => {
		const other = (known as unknown as Record<string, unknown>)[field];
		if (!Array.isArray(value) || !Array.isArray(other)) return value === other;
		return value.length === other.length && value.every((item, at) => item === other[at]);
	});
}
