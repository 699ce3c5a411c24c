// A week offline, simulated: one person goes on working without a network, everybody else with one.
import {
	type Column,
	emptyRows,
	type ProjectEvent,
	reduce,
	type Snapshot,
	type Source,
	type Task,
	write,
} from "boardcast";
import { column, snapshot, task } from "boardcast/testing";
import type { ProjectStore } from "../../../live/store/project";
import { scheduleTask } from "../../schedule/commands";
import { createTask, moveTask, patchTask, setAssigned, setCompleted, setLabelled } from "../commands";

/** mulberry32: the same numbers for the same seed. */
export function randomly(seed: number) {
	let state = seed;
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (count: number) => Math.floor(next() * count);
	return { below, pick: <T>(of: readonly T[]): T => of[below(of.length)] as T };
}
type Random = ReturnType<typeof randomly>;

const columns = ["c1", "c2", "c3", "c4"];
const people = ["alice", "bob", "charlie"];
const labels = ["l1", "l2", "l3"];
const priorities = ["none", "low", "medium", "high"] as const;
const day = (random: Random) => `2026-12-${String(random.below(28) + 1).padStart(2, "0")}`;
const place = (random: Random) => `m${random.below(1e9)}`;

type Fields = Partial<Task> & { id: string };

/** A server of one project, which merges by field as the real one does. */
export class Server {
	readonly rows = emptyRows();
	readonly log: ProjectEvent[] = [];
	/** When each field of a task was last changed, as a seq. */
	readonly #changed = new Map<string, number>();
	readonly #answers = new Map<string, object>();
	/** What was asked, by method and noun. */
	readonly asked: Record<string, number> = {};
	isUp = true;
	#made = 0;

	constructor(tasks: number) {
		const first = snapshot(1, []);
		this.rows.project.set("p", first.project);
		for (const id of columns) this.rows.columns.set(id, { ...column(id), kind: "active" } as Column);
		for (let at = 0; at < tasks; at++)
			this.#create({ title: `Task ${at}`, column_id: columns[at % 4] ?? "" });
		this.log.length = 0;
	}

	get seq(): number {
		return this.#seq;
	}
	#seq = 1;

	snapshot(): Snapshot {
		const { project, columns, tasks } = this.rows;
		const [own] = project.values();
		const board = snapshot(this.#seq, [...tasks.values()]);
		return {
			...board,
			...(own ? { project: own } : {}),
			columns: [...columns.values()],
			cursor: `e1.${this.#seq}.x`,
		};
	}

	source(): Source {
		return {
			snapshot: async () => {
				this.#count("GET board");
				return this.snapshot();
			},
			page: async (_, after) => {
				this.#count("GET events");
				const items = this.log.filter(({ seq }) => seq > after).slice(0, 200);
				const isAll = (items.at(-1)?.seq ?? this.#seq) === this.#seq;
				return { items, epoch: "e1", head: this.#seq, next_cursor: isAll ? null : "more" };
			},
		};
	}

	/** What others do: an event of a person who is there. */
	change(fields: Fields): void {
		this.#record({ changes: { tasks: [fields] } });
	}

	remove(id: string): void {
		this.#record({ removed: { tasks: [id] } });
	}

	/** A request of the page. */
	async answer(address: string, init: RequestInit): Promise<Response> {
		if (!this.isUp) throw new TypeError("Failed to fetch");
		const { method = "GET" } = init;
		const [, , noun = "", id = "", what = "", one = ""] = address.split("/").slice(3);
		this.#count(`${method} ${what || noun}`);
		const headers = init.headers as Record<string, string>;
		const key = headers["Idempotency-Key"] ?? "";
		const known = this.#answers.get(key);
		if (known) return Response.json(known);
		const body = init.body ? JSON.parse(String(init.body)) : {};
		const answer = this.#act({
			method,
			id,
			what,
			one,
			body,
			match: Number(headers["If-Match"]?.slice(1, -1) ?? 0),
			key,
		});
		if (answer instanceof Response) return answer;
		this.#answers.set(key, answer);
		return Response.json(answer);
	}

	#act(asked: {
		method: string;
		id: string;
		what: string;
		one: string;
		body: Fields & { before?: string };
		match: number;
		key: string;
	}) {
		const { method, id, what, one, body, match, key } = asked;
		if (!id) return this.#create(body, key);
		const before = this.rows.tasks.get(id);
		if (!before) return Response.json({ code: "not_found" }, { status: 404 });
		const on = method === "PUT";
		let after: Partial<Task> = {};
		if (what === "") after = body;
		else if (what === "position") after = { column_id: body.column_id as string, position: `n${this.#seq}` };
		else if (what === "schedule") after = { start_on: body.start_on ?? null, due_on: body.due_on ?? null };
		else if (what === "completion")
			after = { completed_at: on ? (before.completed_at ?? "2026-12-01T00:00:00.000Z") : null };
		else {
			const field = what === "assignees" ? "assignee_ids" : "label_ids";
			const others = before[field].filter((other) => other !== one);
			after = { [field]: on ? [...others, one].sort() : others };
		}
		const conflicts = match > 0 ? this.#conflicts(before, after, match) : [];
		if (conflicts.length > 0)
			return Response.json({ code: "version_conflict", current: before, conflicts }, { status: 412 });
		this.#record({ changes: { tasks: [{ id, ...after }] } }, key);
		return this.rows.tasks.get(id) as Task;
	}

	/** The fields that the request gives another value and that were changed since the version it was made on. */
	#conflicts(before: Task, after: Partial<Task>, since: number): string[] {
		return Object.entries(after).flatMap(([field, value]) => {
			const differs = JSON.stringify(before[field as keyof Task]) !== JSON.stringify(value);
			return differs && (this.#changed.get(`${before.id} ${field}`) ?? 0) > since ? [field] : [];
		});
	}

	#create(fields: Partial<Task>, key?: string): Task {
		const number = ++this.#made;
		const made = task(`t${number}`, {
			number,
			position: `a${number}`,
			due_on: null,
			...fields,
			completed_at: null,
		});
		this.#record({ changes: { tasks: [made] } }, key);
		return this.rows.tasks.get(made.id) as Task;
	}

	#record(change: Pick<ProjectEvent, "changes" | "removed">, cause?: string): void {
		const seq = ++this.#seq;
		const tasks = change.changes?.tasks?.map((one) => ({ ...one, version: seq }));
		for (const one of tasks ?? [])
			for (const field of Object.keys(one)) this.#changed.set(`${one.id} ${field}`, seq);
		const at = "2026-12-01T00:00:00.000Z";
		const told = { ...change, ...(tasks ? { changes: { tasks } } : {}) };
		const event = {
			project: "p",
			seq,
			type: "task.changed",
			at,
			actor: null,
			...told,
			...(cause ? { cause } : {}),
		};
		write(
			this.rows,
			reduce((kind, id) => this.rows[kind].get(id), told),
		);
		this.log.push(event);
	}

	#count(what: string): void {
		this.asked[what] = (this.asked[what] ?? 0) + 1;
	}
}

/** One thing that another person does. */
export function byOthers(server: Server, random: Random): void {
	const ids = [...server.rows.tasks.keys()];
	const id = random.pick(ids);
	const what = random.below(100);
	if (what < 1) server.remove(id);
	else if (what < 20) server.change({ id, title: `Theirs ${random.below(1e6)}` });
	else if (what < 40) server.change({ id, priority: random.pick(priorities) });
	else if (what < 60) server.change({ id, column_id: random.pick(columns), position: place(random) });
	else if (what < 70) server.change({ id, position: place(random) });
	else if (what < 80) server.change({ id, start_on: day(random), due_on: day(random) });
	else if (what < 90) server.change({ id, assignee_ids: [random.pick(people)] });
	else server.change({ id, label_ids: [random.pick(labels)] });
}

/** One edit by the person without a network, as a screen makes it. Some tasks are edited again and again. */
export function edit(store: ProjectStore, random: Random): void {
	const { tasks } = store.tables;
	const ids = tasks.ids.peek();
	const id = random.below(3) === 0 ? ids[random.below(20)] : random.pick(ids);
	const found = tasks.peek(id ?? "");
	if (!found) return;
	const what = random.below(100);
	if (what < 10)
		createTask(
			store,
			{ id: "alice" },
			{ title: `New ${random.below(1e6)}`, column_id: random.pick(columns) },
		);
	else if (what < 30)
		patchTask(
			store,
			found,
			{ title: `Mine ${random.below(1e6)}` },
			{ version: found.version, text: found.title },
		);
	else if (what < 45)
		patchTask(store, found, { priority: random.pick(priorities.filter((one) => one !== found.priority)) });
	else if (what < 65)
		moveTask(store, found, {
			column_id: random.pick(columns.filter((one) => one !== found.column_id)),
			after: null,
			before: null,
		});
	else if (what < 75) scheduleTask(store, found, { start_on: day(random), due_on: `2026-12-30` }, "keep");
	else if (what < 85) setAssigned(store, found, random.pick(people), true);
	else if (what < 95) setLabelled(store, found, random.pick(labels), random.below(2) === 0);
	else setCompleted(store, found, found.completed_at === null);
}
