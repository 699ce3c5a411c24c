// The order of the rows. Thousands are sorted at each change: the key of a task is made once, and what is as good stays in its
// order. Keys are folded texts and compared as they are: a collator takes as long at each sorting as making all keys once.
import { byPosition, type Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { folded } from "../../platform/text";
import { inTurn } from "../../platform/turns";
import { type ColumnId, isColumn } from "./columns";

export interface Sort {
	column: ColumnId;
	descending: boolean;
}

/** As the address has it: `due_on`, or `-due_on` for the latest first. */
export function readSort(text: string | null): Sort | undefined {
	const descending = text?.startsWith("-") ?? false;
	const column = text?.slice(descending ? 1 : 0);
	return isColumn(column) ? { column, descending } : undefined;
}

export function writeSort(sort: Sort | undefined): string | null {
	return sort ? `${sort.descending ? "-" : ""}${sort.column}` : null;
}

/** What a press on the head of a column makes of the order: ascending, descending, none. */
export function nextSort(now: Sort | undefined, column: ColumnId): Sort | undefined {
	if (now?.column !== column) return { column, descending: false };
	return now.descending ? undefined : { column, descending: true };
}

type Key = number | string | null;

const priorities = { none: null, low: 1, medium: 2, high: 3, urgent: 4 } as const;
/** Titles as they are compared. A changed task is another object. */
const titles = new WeakMap<Task, string>();

function titleKey(task: Task): string {
	let key = titles.get(task);
	if (key === undefined) {
		key = withNumbers(folded(task.title));
		titles.set(task, key);
	}
	return key;
}

const [zero, nine] = [48, 57];
const isDigit = (code: number) => code >= zero && code <= nine;

/** `Step 9` comes before `Step 10`: each number stands behind the count of its digits. */
export function withNumbers(text: string): string {
	let key = "";
	let copied = 0;
	for (let at = 0; at < text.length; at++) {
		if (!isDigit(text.charCodeAt(at))) continue;
		const begin = at;
		while (isDigit(text.charCodeAt(at + 1))) at++;
		let first = begin;
		// The last digit is one also when it is a zero.
		while (first < at && text.charCodeAt(first) === zero) first++;
		key += text.slice(copied, begin) + String.fromCharCode(zero + 1 + at - first) + text.slice(first, at + 1);
		copied = at + 1;
	}
	return copied === 0 ? text : key + text.slice(copied);
}

/** So many keys are made in one go, before the page has its turn. */
const atOnce = 500;

/** Makes the keys of all titles bit by bit, so that the first sorting finds them. Returns how to stop. */
export function prepareTitles({ tables }: ProjectStore): () => void {
	const ids = tables.tasks.ids.peek();
	let next = 0;
	const some = () => {
		for (const id of ids.slice(next, next + atOnce)) {
			const task = tables.tasks.peek(id);
			if (task) titleKey(task);
		}
		next += atOnce;
		stop = next < ids.length ? inTurn(some) : () => {};
	};
	let stop = inTurn(some);
	return () => stop();
}

/** What the tasks are compared by, smaller first; null comes last, in both directions. */
function keysOf(store: ProjectStore, column: ColumnId): (task: Task) => Key {
	const { tables } = store;
	const names = (kind: "members" | "labels" | "milestones") => {
		const known = new Map(tables[kind].peekAll().map(({ id, name }) => [id, folded(name)]));
		// Thousands of tasks have the same few people, alone or together.
		const keys = new Map<string, Key>();
		return (ids: readonly string[]) => {
			const [only = ""] = ids;
			if (ids.length < 2) return known.get(only) ?? null;
			const together = ids.join();
			let key = keys.get(together);
			if (key === undefined) {
				const found = ids.flatMap((id) => known.get(id) ?? []).sort();
				key = found.length > 0 ? found.join("\u0000") : null;
				keys.set(together, key);
			}
			return key;
		};
	};
	switch (column) {
		case "number":
			return (task) => task.number || Number.POSITIVE_INFINITY;
		case "title":
			return titleKey;
		case "column": {
			const order = tables.columns.peekAll().sort(byPosition);
			const ranks = new Map(order.map(({ id }, index) => [id, index]));
			return (task) => ranks.get(task.column_id) ?? null;
		}
		case "assignees": {
			const of = names("members");
			return (task) => of(task.assignee_ids);
		}
		case "labels": {
			const of = names("labels");
			return (task) => of(task.label_ids);
		}
		case "milestone": {
			const of = names("milestones");
			return (task) => (task.milestone_id === null ? null : of([task.milestone_id]));
		}
		case "priority":
			return (task) => priorities[task.priority];
		case "checklist": {
			const shares = checklists(store);
			return ({ id }) => shares.get(id) ?? null;
		}
		case "comments":
			return (task) => task.comment_count || null;
		default:
			return (task) => task[column];
	}
}

/** The done part of each checklist. In one go: asking for the items of each task would cost more than sorting. */
function checklists(store: ProjectStore): Map<string, number> {
	const counts = new Map<string, { done: number; all: number }>();
	for (const { task_id, done } of store.tables.checklist_items.peekAll()) {
		const count = counts.get(task_id) ?? { done: 0, all: 0 };
		count.all += 1;
		if (done) count.done += 1;
		counts.set(task_id, count);
	}
	return new Map([...counts].map(([id, { done, all }]) => [id, done / all]));
}

/** The tasks in order. Those that are equal stay in the order in which they come. */
export function sorted(store: ProjectStore, tasks: readonly Task[], { column, descending }: Sort): Task[] {
	const keyOf = keysOf(store, column);
	const keys = tasks.map(keyOf);
	const ranks = ranksOf(keys);
	// The rank and the place in one number each: numbers are sorted many times faster than objects are by a function.
	const { length } = tasks;
	const places = new Float64Array(length);
	keys.forEach((key, index) => {
		const rank = key === null ? ranks.size : (ranks.get(key) ?? 0);
		places[index] = (descending && key !== null ? ranks.size - 1 - rank : rank) * length + index;
	});
	const order: Task[] = [];
	for (const place of places.sort()) {
		const task = tasks[place % length];
		if (task) order.push(task);
	}
	return order;
}

/** Each key that occurs, with the number of smaller ones. */
function ranksOf(keys: readonly Key[]): Map<Key, number> {
	const distinct = new Set(keys);
	distinct.delete(null);
	const inOrder: Iterable<Key> =
		typeof distinct.values().next().value === "number"
			? Float64Array.from(distinct as Set<number>).sort()
			: [...distinct].sort();
	const ranks = new Map<Key, number>();
	for (const key of inOrder) ranks.set(key, ranks.size);
	return ranks;
}
