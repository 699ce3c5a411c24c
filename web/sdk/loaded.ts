import { Problem } from "./api/problem.ts";
import type { Change, Kind, ProjectEvent } from "./api/types.ts";
import { type Declarations, namesOf } from "./kinds.ts";
import { type MutableRows, type Row, reduce, write } from "./reduce.ts";

/** How far the objects of one parent are. `gone`: there is no such parent. */
export type LoadedState =
	| { state: "loading" }
	| { state: "ready" }
	| { state: "failed"; problem: Problem }
	| { state: "gone" };

interface OpenParent {
	kind: Kind;
	id: string;
	views: number;
	state: LoadedState;
	/** The events since the present read began: its answer may be older or newer than each of them. */
	since: { seq: number; change: Change }[] | undefined;
	/** Counts the reads: the answer of a former one is dropped. */
	turn: number;
	retry: ReturnType<typeof setTimeout> | undefined;
}

interface LoadedHooks {
	read(kind: Kind, parent: string): Promise<Row[]>;
	/** These objects may differ from before. */
	changed(kind: Kind, ids: Set<string>): void;
	state(kind: Kind, parent: string, state: LoadedState): void;
}

const retryAfter = 3000;

/**
 * The kinds that are held for open parents only, such as the text of a task. A parent is read once, when its first view
 * opens it. Events that come while it is read are kept and held against the answer by the version of each object, which
 * is the seq of its last event: nothing is lost, and nothing goes back.
 */
export class LoadedKinds {
	readonly #names: Kind[];
	readonly #parents = new Map<string, OpenParent>();

	constructor(
		private readonly declared: Declarations,
		private readonly rows: MutableRows,
		private readonly hooks: LoadedHooks,
	) {
		this.#names = namesOf(declared, "loaded");
	}

	/** A view shows the objects of `parent`; returns how to close it. They are dropped with the last view. */
	open(kind: Kind, parent: string): () => void {
		const known = this.#find(kind, parent);
		const entry = known ?? {
			kind,
			id: parent,
			views: 0,
			state: { state: "loading" },
			since: undefined,
			turn: 0,
			retry: undefined,
		};
		entry.views += 1;
		if (!known) {
			this.#parents.set(keyOf(kind, parent), entry);
			void this.#read(entry);
		}
		let open = true;
		return () => {
			if (!open) return;
			open = false;
			entry.views -= 1;
			if (entry.views === 0 && this.#find(kind, parent) === entry) this.#close(entry);
		};
	}

	state(kind: Kind, parent: string): LoadedState {
		return this.#find(kind, parent)?.state ?? { state: "loading" };
	}

	/** `change` with the fields of loaded kinds under their own kind, and without what belongs to no open parent. */
	narrow(change: Change): Change {
		return this.#keep(this.#split(change), () => true);
	}

	/** What the event changes in the objects that are held, of all kinds. */
	take(event: ProjectEvent): Change {
		const change = this.#split(event);
		for (const entry of this.#parents.values()) entry.since?.push({ seq: event.seq, change });
		return this.#keep(change, (kind, id) => this.#isNews(kind, id, event.seq));
	}

	/** The rows have followed the event: a parent may have gone, or come back. */
	follow(event: ProjectEvent): void {
		if (this.#parents.size === 0) return;
		for (const kind of this.#names) {
			const parents = this.declared[kind].parent?.kind;
			if (parents === undefined) continue;
			for (const id of event.removed?.[parents] ?? []) {
				const entry = this.#find(kind, id);
				if (!entry) continue;
				this.#clear(entry);
				// An archived task can still be read. Of others the server says by refusing that they are gone.
				if (event.type.endsWith(".deleted")) this.#setGone(entry);
				else void this.#read(entry);
			}
			for (const { id } of event.changes?.[parents] ?? []) {
				const entry = this.#find(kind, id);
				if (entry?.state.state === "gone") void this.#read(entry);
			}
		}
	}

	/** A new snapshot came, without the events before it: what is open is read again and stays shown until then. */
	reset(): void {
		for (const entry of this.#parents.values()) void this.#read(entry);
	}

	/** Forget everything, for a project that is no longer readable. */
	leave(): void {
		for (const entry of [...this.#parents.values()]) this.#close(entry);
	}

	#find(kind: Kind, parent: string): OpenParent | undefined {
		return this.#parents.get(keyOf(kind, parent));
	}

	#close(entry: OpenParent): void {
		entry.turn += 1;
		clearTimeout(entry.retry);
		this.#parents.delete(keyOf(entry.kind, entry.id));
		this.#clear(entry);
	}

	async #read(entry: OpenParent): Promise<void> {
		const turn = ++entry.turn;
		clearTimeout(entry.retry);
		entry.since = [];
		if (entry.state.state !== "ready") this.#setState(entry, { state: "loading" });
		try {
			const fresh = await this.hooks.read(entry.kind, entry.id);
			if (turn === entry.turn) this.#replace(entry, fresh);
		} catch (error) {
			if (turn === entry.turn) this.#fail(entry, error);
		}
	}

	#replace(entry: OpenParent, fresh: readonly Row[]): void {
		const table = this.rows[entry.kind] as Map<string, Row>;
		const ids = new Set([...this.#idsOf(entry), ...fresh.map((row) => row.id)]);
		for (const id of ids) table.delete(id);
		for (const row of fresh) table.set(row.id, row);
		for (const { seq, change } of entry.since ?? []) {
			const news = this.#keep(change, (kind, id) => this.#isNews(kind, id, seq), entry);
			const patch = reduce((kind, id) => this.rows[kind].get(id), news, [entry.kind]);
			for (const id of patch.get(entry.kind)?.keys() ?? []) ids.add(id);
			write(this.rows, patch);
		}
		entry.since = undefined;
		this.hooks.changed(entry.kind, ids);
		this.#setState(entry, { state: "ready" });
	}

	#fail(entry: OpenParent, error: unknown): void {
		entry.since = undefined;
		const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
		if (problem.status === 404) {
			this.#clear(entry);
			this.#setGone(entry);
			return;
		}
		// What was read before is stale from here on, but better than nothing.
		if (entry.state.state !== "ready") this.#setState(entry, { state: "failed", problem });
		entry.retry = setTimeout(() => void this.#read(entry), (problem.retry_after ?? 0) * 1000 || retryAfter);
	}

	#setGone(entry: OpenParent): void {
		entry.turn += 1;
		entry.since = undefined;
		this.#setState(entry, { state: "gone" });
	}

	#setState(entry: OpenParent, state: LoadedState): void {
		if (entry.state.state === state.state && state.state !== "failed") return;
		entry.state = state;
		this.hooks.state(entry.kind, entry.id, state);
	}

	#clear(entry: OpenParent): void {
		const ids = new Set(this.#idsOf(entry));
		for (const id of ids) this.rows[entry.kind].delete(id);
		if (entry.state.state === "ready") this.#setState(entry, { state: "loading" });
		if (ids.size > 0) this.hooks.changed(entry.kind, ids);
	}

	#idsOf({ kind, id }: OpenParent): string[] {
		return [...(this.rows[kind] as Map<string, Row>).values()]
			.filter((row) => this.#parentOf(kind, row) === id)
			.map((row) => row.id);
	}

	#parentOf(kind: Kind, object: object): string | undefined {
		const field = this.declared[kind].parent?.field;
		return field === undefined ? undefined : (object as Record<string, string | undefined>)[field];
	}

	/** An object that was read at a later event than this one has it already. */
	#isNews(kind: Kind, id: string, seq: number): boolean {
		const row = this.rows[kind].get(id);
		return row === undefined || row.version < seq;
	}

	/** Snapshot kinds as they are; of loaded kinds what is held, and what is new in an open parent (or in `only`). */
	#keep(change: Change, wanted: (kind: Kind, id: string) => boolean, only?: OpenParent): Change {
		let kept = change;
		for (const kind of this.#names) {
			const objects = change.changes?.[kind];
			const removed = change.removed?.[kind];
			if (!objects && !removed) continue;
			const isHeld = (id: string) => this.rows[kind].has(id);
			const isOpen = (object: object) => {
				const parent = this.#parentOf(kind, object);
				const entry = parent === undefined ? undefined : this.#find(kind, parent);
				return entry !== undefined && (only ? entry === only : entry.state.state === "ready");
			};
			kept = {
				changes: {
					...kept.changes,
					[kind]: objects?.filter((one) => (isHeld(one.id) || isOpen(one)) && wanted(kind, one.id)),
				},
				removed: { ...kept.removed, [kind]: removed?.filter((id) => isHeld(id) && wanted(kind, id)) },
			};
		}
		return kept;
	}

	/** Fields that come with the parent's objects, moved to the kind that holds them. */
	#split(change: Change): Change {
		const { changes, removed } = change;
		let split: Record<string, object[] | undefined> | undefined;
		for (const kind of this.#names) {
			const { fields, parent } = this.declared[kind];
			const objects = fields && parent ? changes?.[parent.kind] : undefined;
			if (!fields || !parent || !objects?.some((one) => fields.some((field) => field in one))) continue;
			const [rest, own]: [object[], object[]] = [[], []];
			for (const object of split?.[parent.kind] ?? objects) {
				const entries = Object.entries(object);
				const taken = entries.filter(([name]) => (fields as readonly string[]).includes(name));
				if (taken.length === 0) rest.push(object);
				else {
					const both = entries.filter(([name]) => name === "id" || name === "version");
					rest.push(Object.fromEntries(entries.filter((entry) => !taken.includes(entry))));
					own.push(Object.fromEntries([...both, ...taken]));
				}
			}
			split = { ...(split ?? changes), [parent.kind]: rest, [kind]: own };
		}
		return split ? ({ changes: split, removed } as Change) : change;
	}
}

const keyOf = (kind: Kind, parent: string) => `${kind} ${parent}`;
