// Filters with days, names and exclusions: downloaded when the address or a person has one.
import type { Day, Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { folded } from "../../platform/text";
import { daysAfter } from "../task/due";
import {
	type Filter,
	type FilterKind,
	hasAny,
	kinds,
	known,
	me,
	none,
	remembered,
	type Test,
	textOf,
} from "./filter";
import { pieces } from "./grammar";

/** What a line asks: of each kind any of the values, none of those that are excluded, all of the words. */
interface Asked {
	values: Partial<Record<FilterKind, string[]>>;
	excluded: Partial<Record<FilterKind, string[]>>;
	words: string[];
	without: string[];
	/** What looks like a filter and is none: it asks nothing. */
	unknown: string[];
}

interface Named {
	id: string;
	name: string;
}

/** Those that have this name, or else those whose name has words that begin so. */
function idsOf(all: readonly Named[], wanted: string): string[] {
	const plain = folded(wanted.trim());
	const same = all.filter(({ name }) => folded(name) === plain);
	if (same.length > 0) return same.map(({ id }) => id);
	const words = plain.split(/\s+/).filter(Boolean);
	const begins = (name: string) => {
		const parts = folded(name).split(/[^\p{L}\p{N}]+/u);
		return words.every((word) => parts.some((part) => part.startsWith(word)));
	};
	return words.length === 0 ? [] : all.filter(({ name }) => begins(name)).map(({ id }) => id);
}

function namedOf(kind: FilterKind, { tables }: ProjectStore): readonly Named[] | undefined {
	if (kind === "assignee") return tables.members.all();
	if (kind === "label") return tables.labels.all();
	if (kind === "milestone") return tables.milestones.all();
	return kind === "column" ? tables.columns.all() : undefined;
}

/** The ids that a typed value means, or the value itself; undefined when there is no such value. */
function meant(kind: FilterKind, value: string, store: ProjectStore): string[] | undefined {
	const plain = value.toLowerCase();
	const all = namedOf(kind, store);
	if (!all) return isKnown(kind, plain) ? [plain] : undefined;
	if (plain === none || (kind === "assignee" && plain === me)) return [plain];
	const found = all.some(({ id }) => id === plain) ? [plain] : idsOf(all, value);
	// A name without a person finds no task, as on the server.
	return found.length > 0 ? found : [value];
}

const isKnown = (kind: FilterKind, value: string) =>
	known[kind]?.test(value) && (!/\d/.test(value) || daysOf(value) !== undefined);

/** What the words of a filter ask. */
export function asked(line: string, store: ProjectStore): Asked {
	const found: Asked = { values: {}, excluded: {}, words: [], without: [], unknown: [] };
	for (const { kind, text, excluded, start, end } of pieces(line)) {
		if (!kind) {
			const word = folded(text).trim();
			if (word) (excluded ? found.without : found.words).push(word);
			continue;
		}
		// Its value is about to be typed.
		if (!text) continue;
		const values = meant(kind, text, store);
		const lists = excluded ? found.excluded : found.values;
		if (values) lists[kind] = [...(lists[kind] ?? []), ...values];
		else found.unknown.push(line.slice(start, end));
	}
	return found;
}

const day = "\\d{4}-\\d\\d-\\d\\d";
const beside = new RegExp(`^([<>]=?)?(${day})$`);
const between = new RegExp(`^(${day})?\\.\\.(${day})?$`);
const isDay = (text: string) => !Number.isNaN(Date.parse(text));
const first = "0000-01-01";
const last = "9999-12-31";

/** The first and the last day of `2026-12-01`, `<2026-12-01`, `>=2026-12-01`, `2026-12-01..2026-12-24`, `..2026-12-24`. */
export function daysOf(value: string): [Day, Day] | undefined {
	const range = between.exec(value);
	if (range) {
		const [, from = first, to = last] = range;
		return value !== ".." && [from, to].every((one) => one === first || one === last || isDay(one))
			? [from, to]
			: undefined;
	}
	const [, sign = "=", at] = beside.exec(value) ?? [];
	if (at === undefined || !isDay(at)) return undefined;
	if (sign === "<") return [first, daysAfter(at, -1)];
	if (sign === "<=") return [first, at];
	if (sign === ">") return [daysAfter(at, 1), last];
	return sign === ">=" ? [at, last] : [at, at];
}

/** How many days back, today included. */
const back: Record<string, number> = { today: 0, week: 6, month: 29 };

/** What is asked of an instant of the task. */
const instants: Partial<Record<FilterKind, (task: Task) => string>> = {
	created: ({ created_at }) => created_at,
	updated: ({ updated_at }) => updated_at,
};

/** The choices of `created:` or `updated:` that a task fits; undefined for what is not about an instant. */
export function recentOf(kind: FilterKind, task: Task, now: Day): string[] | undefined {
	const instant = instants[kind];
	if (!instant) return undefined;
	const at = localDay(instant(task));
	return Object.keys(back).filter((name) => at >= daysAfter(now, -(back[name] ?? 0)));
}

function dayTest(days: [Day, Day], dayOf: (task: Task) => Day | null): Test {
	const [from, to] = days;
	return (task) => {
		const at = dayOf(task);
		return at !== null && from <= at && at <= to;
	};
}

/** The day of an instant where the person is. */
function localDay(at: string): Day {
	const date = new Date(at);
	const two = (number: number) => String(number).padStart(2, "0");
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whether a task has any of the values of a kind. */
function testOf(kind: FilterKind, values: readonly string[], user: string, now: Day): Test {
	const ranges = values.flatMap((value) => {
		const days = /\d/.test(value) && known[kind] ? daysOf(value) : undefined;
		return days ? [days] : [];
	});
	const instant = instants[kind];
	if (instant) {
		const words = values.flatMap((value): [Day, Day][] => {
			const days = back[value];
			return days === undefined ? [] : [[daysAfter(now, -days), last]];
		});
		const any = [...ranges, ...words].map((days) => dayTest(days, (task) => localDay(instant(task))));
		return (task) => any.some((test) => test(task));
	}
	const ids = values.map((id) => (kind === "assignee" && id === me ? user : id));
	const any = [hasAny(kind, ids, now), ...ranges.map((days) => dayTest(days, ({ due_on }) => due_on))];
	return (task) => any.some((test) => test(task));
}

/** As `matcher`, of all that a filter may ask. */
export function wideMatcher(filter: Filter, store: ProjectStore, user: string, key: string, now: Day): Test {
	const line = asked(filter.text, store);
	const tests: Test[] = [];
	for (const kind of kinds) {
		const values = [...filter[kind], ...(line.values[kind] ?? [])].filter(
			(one) => !known[kind] || isKnown(kind, one),
		);
		if (values.length > 0) tests.push(testOf(kind, values, user, now));
		const excluded = line.excluded[kind];
		if (excluded) {
			const has = testOf(kind, excluded, user, now);
			tests.push((task) => !has(task));
		}
	}
	if (line.words.length + line.without.length > 0) {
		tests.push((task) => {
			const text = textOf(task, key);
			return (
				line.words.every((word) => text.includes(word)) && !line.without.some((word) => text.includes(word))
			);
		});
	}
	return remembered(tests);
}
