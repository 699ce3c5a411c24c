import type { Answer, Api } from "../api/client.ts";
import { Problem } from "../api/problem.ts";
import type { Kind, NewTask, Place, ProjectEvent, Task, TaskPatch } from "../api/types.ts";
import { newKey } from "../idempotency-key.ts";
import { kinds } from "../kinds.ts";
import { between, byPosition } from "../position.ts";
import type { Patch } from "../reduce.ts";
import { Replica, type Source } from "../replica.ts";
import { pauseAfter, withRetries } from "../retry.ts";
import type { Message } from "../stream/message.ts";
import { type Effect, overlayOf, type View, viewOf } from "./overlay.ts";
import { nothingYet, type ProjectState } from "./state.ts";

interface Edit {
	key: string;
	effect: Effect;
	/** Whether the server has answered. Its event may come before that, or after. */
	answered: boolean;
}

/** What a project needs of its client. */
interface Host {
	readonly api: Api;
	readonly source: Source;
	/** Ends requests that would be sent again. */
	readonly closed: AbortSignal;
	/** The project follows the stream from here on; returns how to end that. */
	follow(project: LiveProject): () => void;
}

/** How long a project that nothing listens to any more is still followed, in ms. */
const linger = 5000;
/** How long the event of an answered edit may take before it is read from the log, in ms. */
const patience = 3000;

/** A task of which only title and column are said. */
const newTask: Omit<
	Task,
	"id" | "title" | "column_id" | "position" | "created_by" | "created_at" | "updated_at"
> = {
	number: 0,
	assignee_ids: [],
	label_ids: [],
	milestone_id: null,
	priority: "none",
	start_on: null,
	due_on: null,
	estimate: null,
	completed_at: null,
	archived_at: null,
	comment_count: 0,
	attachment_count: 0,
	cover_id: null,
	version: 0,
};

/**
 * A project that stays current while anything listens: the snapshot, the events behind it, and on top the edits of this
 * program that the server has not confirmed yet.
 */
export class LiveProject {
	#state: ProjectState = nothingYet;
	#replica: Replica;
	#edits: Edit[] = [];
	#answeredBefore: Edit[] = [];
	#overlay: Patch = new Map();
	#failures = 0;
	#wasRead = false;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#end: (() => void) | undefined;
	#ending: ReturnType<typeof setTimeout> | undefined;
	readonly #open = new Set<{ kind: Kind; task: string; close: () => void }>();
	readonly #listeners = new Set<() => void>();
	readonly #eventListeners = new Set<{ event: (event: ProjectEvent) => void; reset?: () => void }>();

	constructor(
		readonly id: string,
		private readonly host: Host,
	) {
		this.#replica = this.#begin();
	}

	/** The project as it is now. The same object until something changes. */
	get state(): ProjectState {
		return this.#state;
	}

	/** Called after each change of `state`. The project is read and followed while there is a listener; returns how to stop. */
	subscribe(listener: () => void): () => void {
		const one = () => listener();
		this.#listeners.add(one);
		this.#use();
		return () => {
			if (this.#listeners.delete(one)) this.#release();
		};
	}

	/**
	 * Called with each event, once and in the order of the log. `reset`: the log was trimmed, or the server put back to an
	 * older state; the project was read anew, and events before that may never be told.
	 */
	onEvent(event: (event: ProjectEvent) => void, reset?: () => void): () => void {
		const one = { event, ...(reset ? { reset } : {}) };
		this.#eventListeners.add(one);
		this.#use();
		return () => {
			if (this.#eventListeners.delete(one)) this.#release();
		};
	}

	/** Waits until the project is there. Rejects when it cannot be read; not while the server is only busy or away. */
	ready(signal?: AbortSignal): Promise<ProjectState> {
		return new Promise((resolve, reject) => {
			const look = () => {
				const { status, problem } = this.#state;
				if (status === "ready") over(() => resolve(this.#state));
				else if (status === "gone") over(() => reject(new Problem(404, { code: "not_found" })));
				else if (status === "failed" && problem && !problem.retryable) over(() => reject(problem));
				else if (signal?.aborted) over(() => reject(signal.reason));
			};
			const over = (then: () => void) => {
				signal?.removeEventListener("abort", look);
				// The listener may be told before `subscribe` has returned.
				void Promise.resolve().then(() => stop());
				then();
			};
			signal?.addEventListener("abort", look);
			const stop = this.subscribe(look);
			look();
		});
	}

	/** Hold what is not on the board, such as the comments of a task, for as long as it is needed. */
	open(kind: "task_texts" | "comments" | "attachments", task: string): () => void {
		const release = this.subscribe(() => {});
		const one = { kind, task, close: this.#replica.open(kind, task) };
		this.#open.add(one);
		return () => {
			if (!this.#open.delete(one)) return;
			one.close();
			release();
		};
	}

	/**
	 * Show an edit at once, and send it until the server has answered. It is taken back when the server refuses it, which is
	 * thrown as a `Problem`. `send` hands on the headers: they make a retry safe, and the event known.
	 */
	async edit<T>(
		effect: Effect,
		send: (api: Api, headers: Record<string, string>) => Promise<Answer<T>>,
	): Promise<T> {
		const edit: Edit = { key: newKey(), effect, answered: false };
		this.#edits.push(edit);
		this.#publish([]);
		try {
			const headers = { "Idempotency-Key": edit.key };
			const { data } = await withRetries(() => send(this.host.api, headers), this.host.closed);
			this.#answered(edit, (data as { version?: number } | undefined)?.version);
			return data;
		} catch (error) {
			this.#drop((other) => other === edit);
			throw error;
		}
	}

	createTask(fields: NewTask): Promise<Task> {
		const created_at = new Date().toISOString();
		const effect = (view: View) => {
			const last = inColumn(view, fields.column_id).at(-1)?.position;
			const given = Object.fromEntries(Object.entries(fields).filter(([name]) => name in newTask));
			const { title, column_id } = fields;
			const made = { id: provisional, title, column_id, created_by: "", created_at, updated_at: created_at };
			return { changes: { tasks: [{ ...newTask, ...given, ...made, position: between(last, undefined) }] } };
		};
		const provisional = `new-${newKey()}`;
		return this.edit(effect, (api, headers) =>
			api.POST("/projects/{project}/tasks", { params: this.#path(), body: fields, headers }),
		);
	}

	/** Change fields of a task. Refused with 412 when others changed the same fields after `version`. */
	updateTask(id: string, patch: TaskPatch, version = this.#versionOf(id)): Promise<Task> {
		const { description: _, ...shown } = patch;
		return this.edit(
			{ changes: { tasks: [{ id, ...shown } as Partial<Task> & { id: string }] } },
			(api, headers) =>
				api.PATCH("/projects/{project}/tasks/{task}", {
					params: this.#path(id),
					body: patch,
					headers: { ...headers, ...(version ? { "If-Match": `"${version}"` } : {}) },
				}),
		);
	}

	/** Move a task next to another one, or with null to an end of the column. */
	moveTask(id: string, place: Place): Promise<Task> {
		const effect = (view: View) => {
			const others = inColumn(view, place.column_id).filter((task) => task.id !== id);
			const at = indexOf(others, place);
			const position = between(others[at - 1]?.position, others[at]?.position);
			return { changes: { tasks: [{ id, column_id: place.column_id, position }] } };
		};
		return this.edit(effect, (api, headers) =>
			api.PUT("/projects/{project}/tasks/{task}/position", { params: this.#path(id), body: place, headers }),
		);
	}

	/** Complete a task, or open it again. */
	completeTask(id: string, completed = true): Promise<Task> {
		const completed_at = completed ? new Date().toISOString() : null;
		const path = "/projects/{project}/tasks/{task}/completion";
		return this.edit({ changes: { tasks: [{ id, completed_at }] } }, (api, headers) => {
			const input = { params: this.#path(id), headers };
			return completed ? api.PUT(path, input) : api.DELETE(path, input);
		});
	}

	/** Put a task into the trash. */
	async deleteTask(id: string): Promise<void> {
		await this.edit({ removed: { tasks: [id] } }, (api, headers) =>
			api.DELETE("/projects/{project}/tasks/{task}", { params: this.#path(id), headers }),
		);
	}

	/** For the client: what the stream says. */
	take(message: Message): void {
		if (message.type === "joined" && message.project === this.id && this.#state.status === "gone") {
			this.#replica = this.#begin();
			for (const one of this.#open) one.close = this.#replica.open(one.kind, one.task);
			void this.#replica.load();
		} else if (message.type === "hello" && !(this.id in message.projects)) {
			// The stream does not tell of it: one may have left while there was none.
			void this.#replica.catchUp();
		} else this.#replica.take(message);
	}

	/** For the client: read what is missing, where something has failed before. */
	wake(): void {
		if (this.#retry === undefined) return;
		clearTimeout(this.#retry);
		this.#retry = undefined;
		void this.#replica.catchUp();
	}

	#path(task: string): { path: { project: string; task: string } };
	#path(): { path: { project: string } };
	#path(task?: string) {
		return { path: { project: this.id, ...(task === undefined ? {} : { task }) } };
	}

	#versionOf(task: string): number | undefined {
		return this.#replica.rows.tasks.get(task)?.version;
	}

	#begin(): Replica {
		const replica: Replica = new Replica(this.id, this.host.source, {
			changed: (touched, events) => {
				if (events.length > 0) this.#failures = 0;
				const causes = new Set(events.map(({ cause }) => cause));
				this.#edits = this.#edits.filter(({ key }) => !causes.has(key));
				this.#publish(touched.keys());
				for (const event of events) for (const { event: tell } of [...this.#eventListeners]) tell(event);
			},
			loading: () => {
				this.#answeredBefore = this.#edits.filter(({ answered }) => answered);
			},
			loaded: () => {
				this.#drop((edit) => this.#answeredBefore.includes(edit));
				// Nothing is missed by being read for the first time.
				if (this.#wasRead) for (const { reset } of [...this.#eventListeners]) reset?.();
				this.#wasRead = true;
			},
			status: (status, problem) => {
				this.#state = { ...this.#state, status, problem };
				if (problem) this.#tryAgain(problem);
				else this.#failures = 0;
				this.#publish([]);
			},
			behind: (error) => this.#tryAgain(error),
			parent: () => this.#publish([]),
		});
		return replica;
	}

	/** After a failure that may pass. Others need a person. */
	#tryAgain(error: unknown): void {
		clearTimeout(this.#retry);
		this.#retry = undefined;
		if (!this.#end || (error instanceof Problem && !error.retryable)) return;
		this.#failures += 1;
		this.#retry = setTimeout(() => this.wake(), pauseAfter(this.#failures, error));
	}

	#use(): void {
		clearTimeout(this.#ending);
		if (this.#end) return;
		this.#end = this.host.follow(this);
		void this.#replica.load();
	}

	#release(): void {
		if (this.#listeners.size > 0 || this.#eventListeners.size > 0) return;
		clearTimeout(this.#ending);
		this.#ending = setTimeout(() => this.#stop(), linger);
		// A program that waits for nothing else ends.
		(this.#ending as { unref?: () => void }).unref?.();
	}

	#stop(): void {
		clearTimeout(this.#retry);
		this.#retry = undefined;
		this.#end?.();
		this.#end = undefined;
		this.#replica.leave();
		this.#replica = this.#begin();
		this.#edits = [];
		this.#wasRead = false;
		this.#state = nothingYet;
	}

	#answered(edit: Edit, version: number | undefined): void {
		edit.answered = true;
		const applied = this.#replica.applied ?? 0;
		if (!this.#end || (version !== undefined && version <= applied)) {
			this.#drop((other) => other === edit);
			return;
		}
		setTimeout(async () => {
			if (!this.#edits.includes(edit)) return;
			await this.#replica.catchUp();
			this.#drop((other) => other === edit);
		}, patience);
	}

	#drop(which: (edit: Edit) => boolean): void {
		const left = this.#edits.filter((edit) => !which(edit));
		if (left.length === this.#edits.length) return;
		this.#edits = left;
		this.#publish([]);
	}

	/** Makes the state anew: the touched kinds, and those of edits before and now. */
	#publish(touched: Iterable<Kind>): void {
		const { rows } = this.#replica;
		const before = this.#overlay;
		this.#overlay = overlayOf(
			rows,
			this.#edits.map(({ effect }) => effect),
		);
		const view = viewOf(rows, this.#overlay);
		const fresh: Record<string, unknown> = {
			applied: this.#replica.applied,
			unconfirmed: this.#edits.length,
		};
		for (const kind of new Set([...touched, ...before.keys(), ...this.#overlay.keys()])) {
			if (kind === "project") fresh[kind] = view.all(kind)[0];
			else fresh[kind] = sorted(view, kind);
		}
		this.#state = { ...this.#state, ...fresh } as ProjectState;
		for (const listener of [...this.#listeners]) listener();
	}
}

function sorted(view: View, kind: Kind): unknown[] {
	const compare = kinds[kind].sort as ((a: unknown, b: unknown) => number) | undefined;
	const all: unknown[] = view.all(kind);
	return compare ? all.sort(compare) : all;
}

function inColumn(view: View, column: string): Task[] {
	return view
		.all("tasks")
		.filter((task) => task.column_id === column)
		.sort(byPosition);
}

/** Where among `others` a task goes. Next to a neighbour that is gone is the end. */
function indexOf(others: readonly Task[], place: Place): number {
	const next = "after" in place ? place.after : place.before;
	const found = others.findIndex(({ id }) => id === next);
	if ("after" in place) return next === null ? 0 : found < 0 ? others.length : found + 1;
	return found < 0 ? others.length : found;
}
