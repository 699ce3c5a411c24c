// What a word with a sign may become: the list below quick add.
import type { Day, Priority } from "boardcast";
import { asWord, findNamed, type Known, priorityWords, signs } from "../../domain/task/quick-add-syntax";
import { folded } from "../../platform/text";

export interface Token {
	sign: "@" | "#" | "!" | ">";
	query: string;
	/** Where it lies in the text. */
	start: number;
	end: number;
}

/** A choice: what is put in place of the token, and what shows it. */
export type Suggestion = { id: string; insert: string; label: string } & (
	| { kind: "person" | "label" }
	| { kind: "priority"; priority: Priority }
	| { kind: "due" }
	| { kind: "create" }
);

const most = 6;

/** The word with a sign at whose end the caret stands. */
export function tokenAt(text: string, caret: number): Token | undefined {
	if (/\S/.test(text[caret] ?? " ")) return undefined;
	const start = text.slice(0, caret).search(/\S+$/);
	const sign = text[start];
	if (start < 0 || !Object.values(signs).some((one) => one === sign)) return undefined;
	return { sign: sign as Token["sign"], query: text.slice(start + 1, caret), start, end: caret };
}

interface Words {
	priority: (priority: Priority) => string;
	create: (name: string) => string;
	/** Days by what is typed for them. */
	days: readonly (readonly [typed: string, label: string, day: Day])[];
}

/** The choices for a token, and the one that Enter takes: none while the word already names one by itself. */
export function suggestionsFor(
	{ sign, query }: Token,
	known: Known & { mayCreate: boolean },
	words: Words,
): { all: Suggestion[]; first: number } {
	const fits = (label: string) => folded(asWord(label)).includes(folded(query));
	if (sign === signs.person || sign === signs.label) {
		const kind = sign === signs.person ? "person" : "label";
		const named = kind === "person" ? known.people : known.labels;
		const exact = query === "" ? undefined : findNamed(named, query);
		const found = named.filter(({ name }) => fits(name)).slice(0, most);
		const all: Suggestion[] = found.map(({ id, name }) => ({
			kind,
			id,
			insert: sign + asWord(name),
			label: name,
		}));
		const isNamed = found.length === 1 && exact !== undefined;
		const mayCreate = kind === "label" && known.mayCreate && query !== "" && exact === undefined;
		if (mayCreate)
			all.push({ kind: "create", id: "create", insert: sign + query, label: words.create(asName(query)) });
		return { all: isNamed ? [] : all, first: exact || found.length === 0 ? -1 : 0 };
	}
	if (sign === signs.priority) {
		if (priorityWords.some((one) => one === query.toLowerCase())) return { all: [], first: -1 };
		const all = priorityWords
			.filter((priority) =>
				[priority, words.priority(priority)].some((name) => folded(name).startsWith(folded(query))),
			)
			.map((priority) => ({
				kind: "priority" as const,
				id: priority,
				priority,
				insert: sign + priority,
				label: words.priority(priority),
			}));
		return { all, first: 0 };
	}
	const days = words.days.filter(([typed]) => typed.startsWith(folded(query)) && typed !== folded(query));
	const all = days.map(([typed, label, day]) => ({
		kind: "due" as const,
		id: day,
		insert: sign + typed,
		label,
	}));
	return { all, first: 0 };
}

/** `#big-plan` asks for a label "big plan". */
export const asName = (query: string) => query.replaceAll("-", " ").trim();

/** The text with the choice in place of the token, and the caret behind it. */
export function inserted(text: string, { start, end }: Token, { insert }: Suggestion) {
	const rest = text.slice(end);
	const gap = /^\s/.test(rest) ? "" : " ";
	return { text: `${text.slice(0, start)}${insert}${gap}${rest}`, caret: start + insert.length + 1 };
}
