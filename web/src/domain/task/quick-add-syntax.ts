import { type Day, limits, type Priority } from "boardcast";
import { cut, folded, linesIn } from "../../platform/text";
import { parseDay } from "../../ui/typed-day";

interface Named {
	id: string;
	name: string;
}
interface Quick {
	title: string;
	description?: string;
	assignee_ids?: string[];
	label_ids?: string[];
	priority?: Priority;
	due_on?: Day;
}

/** What the words with a sign may name. */
export interface Known {
	people: readonly Named[];
	labels: readonly Named[];
	today: Day;
	/** What the person wants to have as text, word by word. */
	plain?: ReadonlySet<string>;
}

/** A part of the text with a sign, and what it is taken for. */
export type Mark = { text: string } & (
	| { kind: "person" | "label"; id: string; name: string }
	| { kind: "priority"; priority: Priority }
	| { kind: "due"; day: Day }
	/** It names nothing, and stays in the title. */
	| { kind: "unknown"; sign: "@" | "#"; name: string }
);

export const signs = { person: "@", label: "#", priority: "!", due: ">" } as const;

export const priorityWords = ["urgent", "high", "medium", "low"] as const satisfies readonly Priority[];

/**
 * `Draw a logo #design @bob !high >fri`: words with a sign that name no known label, person, priority or day stay in the
 * title. Of two priorities or two days the last one counts, and the other is text.
 */
export function parseQuick(line: string, known: Known): { fields: Quick; marks: Mark[] } {
	const parts = partsOf(line.split(/\s+/).filter(Boolean), known);
	for (const kind of ["priority", "due"]) {
		const found = parts.filter(({ mark }) => mark?.kind === kind);
		for (const part of found.slice(0, -1)) delete part.mark;
	}
	const marks = parts.flatMap(({ mark }) => mark ?? []);
	const title = parts.filter(({ mark }) => !mark || mark.kind === "unknown").map(({ text }) => text);
	// A line of nothing but signs is taken as the title.
	if (title.length === 0) return { fields: { title: line.trim() }, marks: [] };
	const idsOf = (kind: "person" | "label") => [
		...new Set(marks.flatMap((mark) => (mark.kind === kind ? mark.id : []))),
	];
	const [people, labels] = [idsOf("person"), idsOf("label")];
	const fields: Quick = { title: title.join(" ") };
	if (people.length > 0) fields.assignee_ids = people;
	if (labels.length > 0) fields.label_ids = labels;
	for (const mark of marks) {
		if (mark.kind === "priority") fields.priority = mark.priority;
		if (mark.kind === "due") fields.due_on = mark.day;
	}
	return { fields, marks };
}

interface Part {
	text: string;
	mark?: Mark;
}

function partsOf(words: readonly string[], known: Known): Part[] {
	const parts: Part[] = [];
	for (let at = 0; at < words.length; ) {
		const [part, length] = partAt(words, at, known);
		parts.push(part);
		at += length;
	}
	return parts;
}

/** A day may have so many words: `>fri 4 dec 2026`. */
const longestDay = 4;

function partAt(words: readonly string[], at: number, known: Known): [Part, number] {
	const word = words[at] ?? "";
	const isPlain = (text: string) => known.plain?.has(text) ?? false;
	if (word[0] === signs.due && word.length > 1) {
		for (let length = Math.min(longestDay, words.length - at); length > 0; length--) {
			const text = words.slice(at, at + length).join(" ");
			const day = parseDay(text.slice(1), known.today);
			if (day !== undefined && !isPlain(text)) return [{ text, mark: { kind: "due", day, text } }, length];
		}
		return [{ text: word }, 1];
	}
	const mark = isPlain(word) ? undefined : markOf(word, known);
	return [{ text: word, ...(mark ? { mark } : {}) }, 1];
}

function markOf(text: string, { people, labels }: Known): Mark | undefined {
	const [sign, name] = [text[0], text.slice(1)];
	if (name === "") return undefined;
	if (sign === signs.priority) {
		const priority = priorityWords.find((one) => one === name.toLowerCase());
		return priority && { kind: "priority", priority, text };
	}
	if (sign !== signs.person && sign !== signs.label) return undefined;
	const kind = sign === signs.person ? "person" : "label";
	const found = findNamed(kind === "person" ? people : labels, name);
	if (found) return { kind, id: found.id, name: found.name, text };
	// `#4` is a number, and `#!?` no name either.
	return /^[\p{L}\p{N}_-]*\p{L}[\p{L}\p{N}_-]*$/u.test(name)
		? { kind: "unknown", sign, name, text }
		: undefined;
}

/** A name as one word. */
export const asWord = (name: string) => name.trim().replace(/\s+/g, "-");

/** By the whole name, or by its first word: `@bob` finds Bob Miller. */
export function findNamed<T extends Named>(all: readonly T[], name: string): T | undefined {
	const plain = (text: string) => asWord(folded(text));
	const wanted = plain(name);
	return (
		all.find((one) => plain(one.name) === wanted) ??
		all.find((one) => plain(one.name).split("-")[0] === wanted)
	);
}

const bullet = /^\s*(?:[-*•]\s+(?:\[[ x]\]\s+)?|\d+[.)]\s+)?/;
/** So many tasks are made at once; the others stay in the field. */
export const most = 500;

/** The titles in a pasted list: one a line, without bullets and empty lines. */
export function linesOf(text: string): string[] {
	return linesIn(text)
		.map((line) => line.replace(bullet, "").trim())
		.filter(Boolean);
}

/** A title that is longer than the server takes begins the task, and stands whole in its description. */
export function titled(quick: Quick): Quick {
	const limit = limits.NewTask.title.maxLength;
	const [start, rest] = cut(quick.title, limit);
	if (rest === "") return quick;
	return { ...quick, title: `${cut(start, limit - 1)[0]}…`, description: quick.title };
}

/** The first line is the title, the others are the description. */
export function asOneTask(lines: readonly string[]): Quick {
	const [first = "", ...rest] = lines;
	const { description, ...task } = titled({ title: first });
	return { ...task, description: [description, ...rest].filter(Boolean).join("\n") };
}
