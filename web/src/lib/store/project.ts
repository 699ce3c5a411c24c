import { batch, signal } from "@preact/signals";
import { Problem } from "../api/problem";
import type { ChecklistItem, EventPage, Kind, Kinds, ProjectEvent, Snapshot, Task } from "../api/types";
import { Grouping } from "./grouping";
import { type Edit, type Operation, Outbox } from "./operations";
import { byPosition } from "./position";
import { emptyRows, kinds, type Patch, type Row, reduce, write } from "./reduce";
import { layered, replay, type View } from "./replay";
import { Table } from "./table";

/** Where snapshots and missed events come from; a fake in tests. */
export interface Source {
	snapshot(project: string): Promise<Snapshot>;
	page(project: string, after: number): Promise<EventPage>;
}
export type Status = "loading" | "ready" | "failed" | "gone";
export interface Standing {
	from: number;
	head: number;
	status: "ok" | "reset";
	reason?: string;
}
type Tables = { readonly [K in Kind]: Table<Kinds[K]> };
type Touched = Map<Kind, Set<string>>;

const settling = 3000;

/** One project as this page sees it: the server's state up to event `applied`, and our unconfirmed edits on top. */
export class ProjectStore {
	readonly status = signal<Status>("loading");
	readonly problem = signal<Problem | null>(null);
	/** The latest event that was applied live, for "Bob moved this"; not set by a snapshot. */
	readonly latest = signal<ProjectEvent | null>(null);
	readonly tables = Object.fromEntries(kinds.map((kind) => [kind, new Table()])) as unknown as Tables;
	/** Tasks of a column that are not archived, by position. */
	readonly tasksByColumn: Grouping<Task>;
	readonly checklistByTask: Grouping<ChecklistItem>;

	readonly #rows = emptyRows();
	readonly #inbox = new Map<number, ProjectEvent>();
	readonly #outbox: Outbox;
	#operations: Operation[] = [];
	#overlay: Patch = new Map();
	#applied: number | undefined;
	#epoch = "";
	#loading: Promise<void> | undefined;
	#catching: Promise<void> | undefined;

	constructor(
		readonly id: string,
		private readonly source: Source,
		failed: (operation: Operation, problem: Problem) => void,
	) {
		this.tasksByColumn = new Grouping(
			this.tables.tasks,
			(task) => (task.archived_at === null ? task.column_id : null),
			byPosition,
		);
		this.checklistByTask = new Grouping(this.tables.checklist_items, (item) => item.task_id, byPosition);
		this.#outbox = new Outbox({
			answered: (operation) => this.#answered(operation),
			failed: (operation, problem) => {
				this.#drop((other) => other === operation);
				if (this.#gone) return;
				if (!operation.refused?.(problem)) failed(operation, problem);
			},
		});
	}

	/** Seq of the last event applied; undefined before the first snapshot. */
	get applied(): number | undefined {
		return this.#applied;
	}

	/** The visible state without following it: for event handlers. */
	get view(): View {
		return layered(this.#rows, this.#overlay);
	}

	/** Show an edit at once and send it. It disappears when its event comes, or when the server refuses it. */
	edit(edit: Edit): Operation {
		const operation = this.#outbox.post(edit);
		this.#operations.push(operation);
		this.#publish(new Map());
		return operation;
	}

	/** What a separate read told of a task beyond the snapshot (its description). */
	learn(task: Task & { description: string }): void {
		const known = this.#rows.tasks.get(task.id);
		if (!known || known.version > task.version) return;
		this.#rows.tasks.set(task.id, { ...known, description: task.description });
		this.#publish(new Map([["tasks", new Set([task.id])]]));
	}

	/** An event from the stream, in any order, any number of times; applied once and in order. */
	receive(event: ProjectEvent): void {
		if (this.#gone) return;
		if (this.#applied !== undefined && event.seq <= this.#applied) return;
		this.#inbox.set(event.seq, event);
		this.#drain();
		if (this.#inbox.size > 0) void this.catchUp();
	}

	/** The stream says where it starts. Whatever lies between us and that is fetched. */
	hello(epoch: string, standing: Standing): void {
		if (this.#applied === undefined) return;
		if (epoch !== this.#epoch || standing.status === "reset") void this.load();
		else if (standing.from > this.#applied) void this.catchUp();
	}

	/** We are no longer a member, or the project was deleted: nothing of it stays, and nothing late brings it back. */
	leave(): void {
		if (this.#gone) return;
		batch(() => {
			this.status.value = "gone";
			this.latest.value = null;
			this.#operations = [];
			this.#inbox.clear();
			const touched: Touched = new Map();
			for (const kind of kinds) {
				touched.set(kind, new Set(this.#rows[kind].keys()));
				this.#rows[kind].clear();
			}
			this.#publish(touched);
		});
	}

	get #gone(): boolean {
		return this.status.peek() === "gone";
	}

	/** Fetch the snapshot; what is on the screen stays there until the new state replaces it in one step. */
	load(): Promise<void> {
		this.#loading ??= this.#load().finally(() => {
			this.#loading = undefined;
		});
		return this.#loading;
	}

	/** Fetch the events after the last one applied: after a gap, and when the stream is held back. */
	catchUp(): Promise<void> {
		if (this.#applied === undefined || this.#loading) return this.load();
		this.#catching ??= this.#catchUp()
			.catch((error) => {
				if (error instanceof Problem && error.status === 404) this.leave();
				// Otherwise the next event, hello or poll tries again.
			})
			.finally(() => {
				this.#catching = undefined;
			});
		return this.#catching;
	}

	async #catchUp(): Promise<void> {
		for (;;) {
			const after = this.#applied ?? 0;
			let page: EventPage;
			try {
				page = await this.source.page(this.id, after);
			} catch (error) {
				// Trimmed away, or refused for a reason that asking again does not change.
				if (error instanceof Problem && (error.status === 410 || error.status === 422)) return this.load();
				throw error;
			}
			if (this.#gone) return;
			if (page.epoch !== this.#epoch) return this.load();
			for (const event of page.items) this.#inbox.set(event.seq, event);
			this.#drain();
			if (page.next_cursor === null || page.items.length === 0) return;
		}
	}

	async #load(): Promise<void> {
		if (this.#gone) return;
		const answeredBefore = new Set(this.#operations.filter((operation) => operation.answered));
		try {
			const snapshot = await this.source.snapshot(this.id);
			if (this.#gone) return;
			batch(() => {
				this.#replace(snapshot);
				this.#drop((operation) => answeredBefore.has(operation));
				this.problem.value = null;
				this.status.value = "ready";
				this.#drain();
			});
		} catch (error) {
			const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
			this.problem.value = problem;
			if (problem.status === 404) this.leave();
			else if (this.status.peek() !== "ready") this.status.value = "failed";
		}
	}

	#replace(snapshot: Snapshot): void {
		// Events that overtook the snapshot's answer are newer than it: never go back, unless the log itself restarted.
		if (this.#epoch === snapshot.epoch && this.#applied !== undefined && snapshot.seq < this.#applied) return;
		const same = this.#epoch === snapshot.epoch;
		if (!same && this.#epoch !== "") this.#inbox.clear();
		const touched: Touched = new Map();
		for (const kind of kinds) {
			const fresh = kind === "project" ? [snapshot.project] : snapshot[kind];
			touched.set(kind, swap(this.#rows[kind] as Map<string, Row>, fresh, same));
		}
		this.#epoch = snapshot.epoch;
		this.#applied = snapshot.seq;
		this.#publish(touched);
	}

	#drain(): void {
		if (this.#applied === undefined) return;
		const touched: Touched = new Map();
		const causes = new Set<string>();
		let last: ProjectEvent | undefined;
		for (const seq of this.#inbox.keys()) if (seq <= this.#applied) this.#inbox.delete(seq);
		for (let next = this.#inbox.get(this.#applied + 1); next; next = this.#inbox.get(this.#applied + 1)) {
			const patch = reduce((kind, id) => this.#rows[kind].get(id), next);
			write(this.#rows, patch);
			for (const [kind, objects] of patch) {
				touched.set(kind, new Set([...(touched.get(kind) ?? []), ...objects.keys()]));
			}
			if (next.cause) causes.add(next.cause);
			this.#inbox.delete(next.seq);
			this.#applied = next.seq;
			last = next;
		}
		if (!last) return;
		const applied = this.#applied;
		this.#operations = this.#operations.filter(
			({ key, version }) => !causes.has(key) && (version === undefined || version > applied),
		);
		batch(() => {
			this.#publish(touched);
			this.latest.value = last;
		});
	}

	#answered(operation: Operation): void {
		if (!this.#operations.includes(operation)) return;
		if (operation.version !== undefined && operation.version <= (this.#applied ?? 0)) {
			this.#drop((other) => other === operation);
			return;
		}
		// The event is on its way. If the stream does not bring it, the log has it.
		setTimeout(() => {
			if (!this.#operations.includes(operation)) return;
			void this.catchUp().then(() => this.#drop((other) => other === operation));
		}, settling);
	}

	#drop(which: (operation: Operation) => boolean): void {
		const left = this.#operations.filter((operation) => !which(operation));
		if (left.length === this.#operations.length) return;
		this.#operations = left;
		this.#publish(new Map());
	}

	/** Bring the visible tables up to date, only where the server's rows or our edits changed something. */
	#publish(touched: Touched): void {
		const before = this.#overlay;
		this.#overlay = replay(
			this.#rows,
			this.#operations.map((operation) => operation.effect),
		);
		const view = layered(this.#rows, this.#overlay);
		batch(() => {
			for (const kind of kinds) {
				const table = this.tables[kind] as unknown as Table<Row>;
				const edited = this.#overlay.get(kind);
				const ids = new Set([...(touched.get(kind) ?? []), ...(before.get(kind)?.keys() ?? [])]);
				for (const id of edited?.keys() ?? []) ids.add(id);
				for (const id of ids) table.set(id, view.get(kind, id));
				table.mark(new Set(edited?.keys()));
			}
		});
	}
}

/** Make `rows` what `fresh` says and name every id that may differ; equal versions keep their object and its extras. */
function swap(rows: Map<string, Row>, fresh: readonly Row[], same: boolean): Set<string> {
	const touched = new Set(rows.keys());
	const before = new Map(rows);
	rows.clear();
	for (const row of fresh) {
		const known = before.get(row.id);
		const unchanged = same && known !== undefined && known.version === row.version;
		rows.set(row.id, unchanged ? known : row);
		if (unchanged) touched.delete(row.id);
		else touched.add(row.id);
	}
	return touched;
}
