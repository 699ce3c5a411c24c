import { batch, type Signal, signal } from "@preact/signals";
import {
	type ChecklistItem,
	type Declarations,
	type Kind,
	type Kinds,
	kinds,
	type List,
	type LoadedState,
	namesOf,
	type Patch,
	type Problem,
	type ProjectEvent,
	Replica,
	type ReplicaStatus,
	type Row,
	type Rows,
	type Source,
	type Standing,
	type Task,
	type Touched,
} from "boardcast";
import { abandonProvisional, adoptProvisional, replaceProvisional, withCurrentIds } from "../provisional";
import { type StoredEdit, sendStored } from "../stored-edit";
import { Grouping } from "./grouping";
import { type Edit, type Operation, Outbox } from "./operations";
import { followingIds, layered, replay, type View } from "./replay";
import { Table } from "./table";

type Tables = { readonly [K in Kind]: Table<Kinds[K]> };
type Groupings = { readonly [K in Kind]: Grouping<Kinds[K]> };

/** A list that is read by pages beside the project's state, and follows the events meanwhile. */
export interface Follower {
	take(event: ProjectEvent): void;
	/** A new snapshot came, without the events before it. */
	reset(): void;
}

/** How long the event of an answered edit may take before it is read from the log, in ms. */
const eventPatience = 3000;

const mostOwn = 1000;

/** One project as this page shows it: the server's state up to event `applied`, with the unconfirmed edits on top. */
export class ProjectStore {
	readonly status = signal<ReplicaStatus>("loading");
	readonly problem = signal<Problem | null>(null);
	/** The latest event from the stream, for "Bob moved this"; a snapshot does not set it. */
	readonly latest = signal<ProjectEvent | null>(null);
	/** How many edits had not reached the project when it was lost. */
	unsent = 0;
	readonly tables: Tables;
	/** The sorted ids of each parent's objects, for the kinds that have a parent and an order. */
	readonly children: Groupings;

	readonly #names: readonly Kind[];
	readonly #replica: Replica;
	readonly #outbox: Outbox;
	readonly #parents = new Map<string, Signal<LoadedState>>();
	readonly #applied = new Set<(events: readonly ProjectEvent[]) => void>();
	readonly #followers = new Set<Follower>();
	/** The causes of this page's latest edits, by which their events are known, with the seq of those that have come. */
	readonly #own = new Map<string, number | undefined>();
	#operations: Operation[] = [];
	#answeredBefore = new Set<Operation>();
	#overlay: Patch = new Map();

	constructor(
		readonly id: string,
		private readonly source: Source,
		/** An edit was refused; or, without a problem, it went through although it was made on an older version. */
		private readonly ended: (operation: Operation, problem?: Problem) => void,
		declared: Declarations = kinds,
		/** It is the project of an earlier moment: nothing of it can be changed. */
		readonly past = false,
	) {
		this.#names = namesOf(declared);
		this.tables = Object.fromEntries(
			this.#names.map((kind) => [kind, new Table()]),
		) as unknown as typeof this.tables;
		this.children = groupings(declared, this.tables);
		this.#replica = new Replica(
			id,
			source,
			{
				changed: (touched, events) => this.#changed(touched, events),
				status: (status, problem) => this.#setStatus(status, problem),
				loading: () => {
					this.#answeredBefore = new Set(this.#operations.filter((operation) => operation.answered));
				},
				loaded: () => {
					this.#drop((operation) => this.#answeredBefore.has(operation));
					for (const follower of this.#followers) follower.reset();
				},
				parent: (kind, parent, state) => {
					this.#parent(kind, parent).value = state;
				},
			},
			declared,
		);
		this.#outbox = new Outbox(id, {
			answered: (operation, answer) => this.#answered(operation, answer),
			merged: (operation, problem) => this.#merged(operation, problem),
			isOver: () => this.status.peek() === "gone",
			failed: async (operation, problem) => {
				// What is not there may be the project: then that is told, and nothing of what was in it.
				if (problem.status === 404) await this.catchUp();
				if (operation.creates !== undefined) abandonProvisional(operation.creates);
				this.#drop((other) => other === operation);
				if (this.status.peek() === "gone") return;
				const told = operation.refused?.(problem);
				// An edit of an object that was not created needs no message of its own.
				if (!told && problem.code !== "not_created") this.ended(operation, problem);
			},
		});
	}

	/** Tasks of a column, by position. */
	get tasksByColumn(): Grouping<Task> {
		return this.children.tasks;
	}

	get checklistByTask(): Grouping<ChecklistItem> {
		return this.children.checklist_items;
	}

	/** Seq of the last event applied; undefined before the first snapshot. */
	get applied(): number | undefined {
		return this.#replica.applied;
	}

	/** Behind that event, in the history that it is of. */
	get cursor(): string | undefined {
		return this.#replica.cursor;
	}

	/** The server's state, without the edits of this page. */
	get rows(): Rows {
		return this.#replica.rows;
	}

	/** The visible state, without subscribing to it: for event handlers. */
	get view(): View {
		return followingIds(layered(this.#replica.rows, this.#overlay));
	}

	/** Show an edit at once and send it. It is dropped when its event has come, or when the server refuses it. */
	edit(edit: Edit, key?: string): Operation {
		const operation = this.#outbox.post(edit, key);
		this.#own.set(operation.cause, undefined);
		if (this.#own.size > mostOwn) this.#own.delete(this.#own.keys().next().value ?? "");
		this.#operations.push(operation);
		this.#publish(new Map(), operation);
		return operation;
	}

	/** Go on with an edit that was made before the page was loaded again. */
	restore(stored: StoredEdit, key: string): void {
		if (stored.creates !== undefined) adoptProvisional(stored.creates);
		this.edit(fromStored(stored), key);
	}

	/** Make a refused edit once more. */
	editAgain(stored: StoredEdit): void {
		if (stored.creates !== undefined) adoptProvisional(stored.creates);
		this.edit(fromStored(stored));
	}

	/** Whether the event was caused by an edit of this page. */
	isOwn(cause: string | null | undefined): boolean {
		return typeof cause === "string" && this.#own.has(cause);
	}

	/** The event of an edit of this page, once it has come. */
	seqOf(cause: string): number | undefined {
		return this.#own.get(cause);
	}

	/** Called once events are shown, or a snapshot is, which has none; returns how to stop. */
	onApplied(listener: (events: readonly ProjectEvent[]) => void): () => void {
		this.#applied.add(listener);
		return () => this.#applied.delete(listener);
	}

	/** Tell of each event before it is shown, and of each new snapshot; returns how to stop. */
	follow(follower: Follower): () => void {
		this.#followers.add(follower);
		return () => this.#followers.delete(follower);
	}

	/** A page of the archived tasks. */
	async archived(cursor: string | undefined): Promise<List<Task>> {
		return (await this.source.archived?.(this.id, cursor)) ?? { items: [] };
	}

	/** The task as it was on the board until now. The edits first: the page's own archiving has taken it off the screen already. */
	held(id: string): Task | undefined {
		return (this.#overlay.get("tasks")?.get(id) as Task | undefined) ?? this.tables.tasks.peek(id);
	}

	/** Hold the objects of a loaded kind that belong to `parent`, such as a task's text; returns how to let them go. */
	open(kind: Kind, parent: string): () => void {
		const close = this.#replica.open(kind, parent);
		this.#parent(kind, parent).value = this.#replica.stateOf(kind, parent);
		return () => {
			close();
			this.#parent(kind, parent).value = this.#replica.stateOf(kind, parent);
		};
	}

	/** How far the objects of an open parent are. Subscribes to it. */
	stateOf(kind: Kind, parent: string): LoadedState {
		return this.#parent(kind, parent).value;
	}

	receive(event: ProjectEvent): void {
		this.#replica.receive(event);
	}

	hello(epoch: string, standing: Standing): void {
		this.#replica.hello(epoch, standing);
	}

	leave(): void {
		batch(() => this.#replica.leave());
	}

	load(): Promise<void> {
		return this.#replica.load();
	}

	catchUp(): Promise<boolean> {
		return this.#replica.catchUp();
	}

	#parent(kind: Kind, parent: string): Signal<LoadedState> {
		const key = `${kind} ${parent}`;
		let state = this.#parents.get(key);
		if (!state) {
			state = signal<LoadedState>({ state: "loading" });
			this.#parents.set(key, state);
		}
		return state;
	}

	#setStatus(status: ReplicaStatus, problem: Problem | null): void {
		batch(() => {
			if (status === "gone") {
				this.unsent = this.#operations.filter((operation) => !operation.answered).length;
				this.latest.value = null;
				this.#operations = [];
			}
			this.problem.value = problem;
			this.status.value = status;
		});
	}

	#changed(touched: Touched, events: readonly ProjectEvent[]): void {
		const applied = this.applied ?? 0;
		const causes = new Map(events.flatMap((event) => (event.cause ? [[event.cause, event] as const] : [])));
		this.#operations = this.#operations.filter((operation) => {
			const event = causes.get(operation.cause);
			if (event) this.#created(operation, event);
			return (
				!event && (events.length === 0 || operation.version === undefined || operation.version > applied)
			);
		});
		for (const [cause, { seq }] of causes) if (this.#own.has(cause)) this.#own.set(cause, seq);
		batch(() => {
			for (const event of events) for (const follower of this.#followers) follower.take(event);
			this.#publish(touched);
			const last = events.at(-1);
			if (last) this.latest.value = last;
		});
		for (const listener of [...this.#applied]) listener(events);
	}

	/** The event of a creation tells the server's id, often before the answer does. */
	#created({ creates, effect }: Operation, event: ProjectEvent): void {
		if (creates === undefined) return;
		const shown = effect(this.view).changes ?? {};
		const kind = this.#names.find((name) => shown[name]?.some(({ id }) => id === creates));
		// The created object is told whole; others of its kind, such as moved neighbours, with a few fields.
		const size = (object: object) => Object.keys(object).length;
		const [created] = [...((kind && event.changes?.[kind]) ?? [])].sort((a, b) => size(b) - size(a));
		if (created) replaceProvisional(creates, created.id);
		this.#keepAnew(({ stored }) => JSON.stringify(stored).includes(creates));
	}

	/** What waits is kept with the ids that the server has given meanwhile, and with the versions of this page's own edits. */
	#keepAnew(which: (operation: Operation) => boolean): void {
		for (const operation of this.#operations) {
			if (!operation.stored || operation.answered || !which(operation)) continue;
			operation.stored = withCurrentIds(operation.stored);
			this.#outbox.keep(operation);
		}
	}

	#answered(operation: Operation, answer: unknown): void {
		const { creates, version } = operation;
		if (operation.waited && operation.stored?.saw) this.ended(operation);
		const id = (answer as { id?: unknown } | undefined)?.id;
		if (creates !== undefined && typeof id === "string") {
			replaceProvisional(creates, id);
			this.#keepAnew(({ stored }) => JSON.stringify(stored).includes(creates));
		}
		const fields = operation.stored?.base?.fields ?? [];
		this.#keepAnew(({ stored }) => {
			const base = stored?.base;
			if (!base || version === undefined || !base.fields.some((field) => fields.includes(field)))
				return false;
			base.version = Math.max(base.version, version);
			return true;
		});
		if (!this.#operations.includes(operation)) return;
		if (version !== undefined && version <= (this.applied ?? 0)) {
			this.#drop((other) => other === operation);
			return;
		}
		// From here on the object is shown under the server's id.
		if (creates !== undefined) this.#publish(new Map());
		// The stream will bring the event. If it does not, read it from the log.
		setTimeout(() => {
			if (!this.#operations.includes(operation)) return;
			void this.catchUp().then(() => this.#drop((other) => other === operation));
		}, eventPatience);
	}

	/** Others have changed the object since the edit was made: what they have not touched of it goes out once more. */
	async #merged(operation: Operation, problem: Problem): Promise<boolean> {
		if (!operation.stored?.saw) return false;
		const { merge } = await import("../merge");
		const { rest, asked } = merge(this.id, operation.stored, problem);
		if (this.status.peek() === "gone") return false;
		// Without a rest the edit itself is the first question.
		if (!rest) operation.stored = asked.shift() ?? operation.stored;
		for (const stored of asked) this.ended({ ...operation, stored }, problem);
		if (!rest) return false;
		Object.assign(operation, fromStored(rest));
		this.#outbox.keep(operation);
		this.#publish(new Map());
		return true;
	}

	#drop(which: (operation: Operation) => boolean): void {
		const left = this.#operations.filter((operation) => !which(operation));
		if (left.length === this.#operations.length) return;
		this.#operations = left;
		this.#publish(new Map());
	}

	/** Update the visible tables: only the objects that the server's rows or the edits have changed. */
	#publish(touched: Touched, added?: Operation): void {
		const before = this.#overlay;
		// Where hundreds of edits wait, one more does not mean computing all of them again.
		const operations = added ? [added] : this.#operations;
		this.#overlay = replay(
			this.#replica.rows,
			operations.map((operation) => operation.effect),
			(change) => this.#replica.narrow(change),
			added && before,
		);
		const view = layered(this.#replica.rows, this.#overlay);
		batch(() => {
			for (const kind of this.#names) {
				const [came, went, now] = [touched.get(kind), before.get(kind), this.#overlay.get(kind)];
				if (!came && !went && !now) continue;
				const table = this.tables[kind] as unknown as Table<Row>;
				const edits = [...(went?.keys() ?? []), ...(now?.keys() ?? [])];
				const ids = came && edits.length === 0 ? came : new Set([...(came ?? []), ...edits]);
				table.update(ids, (id) => unlessArchived(view.get(kind, id)));
				table.mark(new Set(now?.keys()));
			}
		});
	}
}

/** The edit that it was. What it shows is what it changed then. */
function fromStored(stored: StoredEdit): Edit {
	const { request, base, change, failure, creates, lane } = stored;
	return {
		effect: () => change,
		send: (key, waited) => sendStored(request, key, base, waited),
		failure: () => failure,
		...(creates === undefined ? {} : { creates }),
		...(lane === undefined ? {} : { lane }),
		stored,
	};
}

/** A task that is being archived leaves the screen at once. */
function unlessArchived(row: Row | undefined): Row | undefined {
	return row && "number" in row && row.archived_at !== null ? undefined : row;
}

function groupings(declared: Declarations, tables: Tables): Groupings {
	const made = namesOf(declared).flatMap((kind) => {
		const { parent, sort } = declared[kind];
		if (!parent || !sort) return [];
		const of = (row: Row) => (row as unknown as Record<string, string>)[parent.field] ?? null;
		return [
			[kind, new Grouping(tables[kind] as unknown as Table<Row>, of, sort as (a: Row, b: Row) => number)],
		];
	});
	return Object.fromEntries(made);
}
