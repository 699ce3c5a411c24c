import type { Member, Task } from "boardcast";
import { folded } from "../../platform/text";
import { inFence } from "./edit";
import { findEmoji } from "./emoji";

/** The word at the caret that can be completed: a person, a task or an emoji. */
export interface Token {
	sign: "@" | "#" | ":";
	query: string;
	/** Where the sign stands. */
	start: number;
	end: number;
}

export interface Suggestion {
	id: string;
	label: string;
	/** More to say, such as the title of a task. */
	detail?: string;
	/** What takes the place of the word. */
	insert: string;
}

const words = {
	"@": /(?:^|[\s([>*_~"'])(@)([\p{L}\p{M}\p{N}._-]{0,40})$/u,
	"#": /(?:^|[\s([>*_~"'])(#)([\p{L}\p{M}\p{N}-]{0,40})$/u,
	// Two letters at least: a colon stands in many sentences.
	":": /(?:^|[\s([>*_~"'])(:)([+\-a-z0-9_]{2,30})$/i,
};

/** The word that ends at the caret, if it begins with a sign. */
export function tokenAt(text: string, caret: number): Token | undefined {
	if (inFence(text, caret)) return undefined;
	const line = text.slice(text.lastIndexOf("\n", caret - 1) + 1, caret);
	// Between backticks a sign is only a sign.
	if (((line.match(/`/g) ?? []).length & 1) === 1) return undefined;
	for (const pattern of Object.values(words)) {
		const [, sign, query] = pattern.exec(line) ?? [];
		if (sign === undefined || query === undefined) continue;
		return { sign: sign as Token["sign"], query, start: caret - query.length - 1, end: caret };
	}
	return undefined;
}

interface Known {
	members: readonly Member[];
	tasks: readonly Task[];
	/** `WEB-12`. */
	nameOf: (task: Task) => string;
}

const most = 8;

export function suggestionsFor({ sign, query }: Token, known: Known): Suggestion[] {
	if (sign === "@") return people(query, known.members);
	if (sign === "#") return tasks(query, known);
	return findEmoji(query, most).map(({ sign, name }) => ({
		id: sign,
		label: `${sign} ${name}`,
		insert: `${sign} `,
	}));
}

function people(query: string, members: readonly Member[]): Suggestion[] {
	const wanted = folded(query);
	const rank = ({ name }: Member) => {
		const whole = folded(name);
		if (whole.startsWith(wanted)) return 0;
		return whole.split(/\s+/).some((part) => part.startsWith(wanted)) ? 1 : 2;
	};
	return members
		.filter((member) => !member.disabled && folded(member.name).includes(wanted))
		.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
		.slice(0, most)
		.map(({ id, name }) => ({ id, label: name, insert: `[@${escaped(name)}](mention:${id}) ` }));
}

/** A name may have signs that mean something in Markdown. */
function escaped(name: string): string {
	return name.replace(/[\\[\]*_`~<>]/g, "\\$&");
}

function tasks(query: string, { tasks, nameOf }: Known): Suggestion[] {
	const wanted = folded(query);
	const rank = (task: Task) => {
		const number = String(task.number);
		if (number === query) return 0;
		if (number.startsWith(query)) return 1;
		return folded(task.title).startsWith(wanted) ? 2 : 3;
	};
	const fits = (task: Task) =>
		task.number > 0 && (String(task.number).startsWith(query) || folded(task.title).includes(wanted));
	return tasks
		.filter(fits)
		.sort((a, b) => rank(a) - rank(b) || b.number - a.number)
		.slice(0, most)
		.map((task) => ({
			id: task.id,
			label: nameOf(task),
			detail: task.title,
			insert: `#${task.number} `,
		}));
}
