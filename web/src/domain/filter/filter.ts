import type { Day, Task } from "boardcast";
import { folded } from "../../platform/text";
import { daysAfter } from "../task/due";

export const dueChoices = ["overdue", "today", "week", "later", "none"] as const;
type DueChoice = (typeof dueChoices)[number];

/** What a filter may ask about, by the names of the address and of the words. */
export const kinds = [
	"assignee",
	"label",
	"priority",
	"due",
	"milestone",
	"column",
	"is",
	"created",
	"updated",
] as const;
/** Those without a button of their own in the bar. */
export const moreKinds = kinds.slice(4);
export type FilterKind = (typeof kinds)[number];

/**
 * What is shown of a project's tasks: of each kind any of the values, an empty list asks nothing. People are ids, or `me`.
 * The address keeps it, so that it survives a reload and can be sent as a link.
 */
export type Filter = Record<FilterKind, readonly string[]> & { text: string };

export const none = "none";
export const me = "me";

/** How far back, or days. */
const instants = /^(today|week|month)$|-\d\d-/;
/** Of some kinds all values are known. Days are `2026-12-01`, `<2026-12-01` and the like. */
export const known: Partial<Record<FilterKind, RegExp>> = {
	priority: /^(none|low|medium|high|urgent)$/,
	due: /^(overdue|today|week|later|none)$|-\d\d-/,
	is: /^(open|done)$/,
	created: instants,
	updated: instants,
};

/** An address may be typed, or come from another version: what is unknown filters nothing. */
export function readFilter(query: URLSearchParams): Filter {
	const values = (kind: FilterKind) =>
		[...new Set(query.get(kind)?.split(","))].filter((one) => one && (known[kind]?.test(one) ?? true));
	const lists = Object.fromEntries(kinds.map((kind) => [kind, values(kind)]));
	return { text: query.get("q") ?? "", ...lists } as Filter;
}

export const everything = readFilter(new URLSearchParams());

/** The filter as changes of the query; null removes a parameter. */
export function writeFilter({ text, ...lists }: Filter): Record<string, string | null> {
	const parts = kinds.map((kind) => [kind, lists[kind].join() || null]);
	return { q: text || null, ...Object.fromEntries(parts) };
}

/** The filter of an address, for another view of the project: its part behind the path. */
export function filterSearch(query: URLSearchParams): string {
	const parts = Object.entries(writeFilter(readFilter(query))).filter(([, value]) => value !== null);
	const search = new URLSearchParams(parts as [string, string][]).toString();
	return search && `?${search}`;
}

/** How many choices it is made of. */
export function countOf({ text, ...lists }: Filter): number {
	return kinds.reduce((sum, kind) => sum + lists[kind].length, text ? 1 : 0);
}

export function isMine({ assignee }: Filter): boolean {
	return assignee.length === 1 && assignee[0] === me;
}

export function toggled<T extends string>(ids: readonly T[], id: T): T[] {
	return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
}

/** "Within a week": today and so many days more. */
const week = 7;

/** By the due date on the day `now`. What is done is due no more, whenever it was. */
function dueOf({ due_on, completed_at }: Task, now: Day): (DueChoice | "")[] {
	if (due_on === null) return ["none"];
	if (completed_at !== null) return [""];
	if (due_on < now) return ["overdue"];
	if (due_on > daysAfter(now, week)) return ["later"];
	return due_on === now ? ["today", "week"] : ["week"];
}

/** What a task has of a kind; without anything it is found by `none`. */
export function valuesOf(kind: FilterKind, task: Task, now: Day): readonly string[] {
	if (kind === "assignee") return task.assignee_ids;
	if (kind === "label") return task.label_ids;
	if (kind === "priority") return [task.priority];
	if (kind === "due") return dueOf(task, now);
	if (kind === "milestone") return task.milestone_id === null ? [] : [task.milestone_id];
	if (kind === "column") return [task.column_id];
	return kind === "is" ? [task.completed_at === null ? "open" : "done"] : [""];
}

export type Test = (task: Task) => boolean;

/** Whether a task has any of some values of a kind. */
export function hasAny(kind: FilterKind, values: readonly string[], now: Day): Test {
	const chosen = new Set(values);
	return (task) => {
		const own = valuesOf(kind, task, now);
		return own.length > 0 ? own.some((one) => chosen.has(one)) : chosen.has(none);
	};
}

export const textOf = (task: Task, key: string) => folded(`${key}-${task.number} ${task.title}`);

/** A changed task is another object: an event tests that one, and not the thousands of others again. */
export function remembered(tests: readonly Test[]): Test {
	const tested = new WeakMap<Task, boolean>();
	return (task) => {
		const known = tested.get(task);
		if (known !== undefined) return known;
		const matches = tests.every((test) => test(task));
		tested.set(task, matches);
		return matches;
	};
}

/** Whether it has neither days nor words that mean more than themselves: `label:bug`, `-word`, `"two words"`. */
export function isPlain({ text, due, created, updated }: Filter): boolean {
	return (
		created.length + updated.length === 0 &&
		!due.some((one) => /\d/.test(one)) &&
		!/[\p{L}]:|["“”„«»]|(^|\s)-\S/u.test(text)
	);
}

/** Whether a task has of each kind any of the values, and all of the words. */
export function matcher(filter: Filter, user: string, key: string, now: Day): Test {
	const words = folded(filter.text).split(/\s+/).filter(Boolean);
	const tests = kinds
		.filter((kind) => filter[kind].length > 0)
		.map((kind) =>
			hasAny(
				kind,
				filter[kind].map((id) => (id === me && kind === "assignee" ? user : id)),
				now,
			),
		);
	if (words.length > 0) {
		tests.push((task) => {
			const text = textOf(task, key);
			return words.every((word) => text.includes(word));
		});
	}
	return remembered(tests);
}
