// What the keys and buttons of the composer do to its text: functions of the text and the selection.

export interface State {
	text: string;
	start: number;
	end: number;
}

/** `text` replaces what lies between `from` and `to`, and `select` is selected afterwards. */
export interface Edit {
	from: number;
	to: number;
	text: string;
	select: readonly [number, number];
}

type Mark = "**" | "_" | "`";
type Prefix = "- " | "> " | "- [ ] ";

/** Set the selection in marks, or take them away; without a selection the marks stand around the caret. */
export function toggleMark({ text, start, end }: State, mark: Mark): Edit {
	// Spaces at the ends stay outside: `** bold **` is not bold.
	const chosen = text.slice(start, end);
	const from = start + (chosen.length - chosen.trimStart().length);
	const to = Math.max(from, start + chosen.trimEnd().length);
	const inner = text.slice(from, to);
	if (mark === "`" && inner.includes("\n")) return fence(text, from, to);
	const size = mark.length;
	if (hasMark(text.slice(0, from), text.slice(to), mark)) {
		return { from: from - size, to: to + size, text: inner, select: [from - size, to - size] };
	}
	const bare = inner.slice(size, -size);
	if (inner.length > 2 * size && hasMark(inner.slice(0, size), inner.slice(-size), mark)) {
		return { from, to, text: bare, select: [from, from + bare.length] };
	}
	return { from, to, text: mark + inner + mark, select: [from + size, to + size] };
}

function hasMark(before: string, after: string, mark: Mark): boolean {
	return before.endsWith(mark) && after.startsWith(mark);
}

function fence(text: string, from: number, to: number): Edit {
	const inner = text.slice(from, to);
	const ticks = "`".repeat(Math.max(3, ...[...inner.matchAll(/`+/g)].map(([run]) => run.length + 1)));
	const before = from === 0 || text[from - 1] === "\n" ? "" : "\n";
	const after = to === text.length || text[to] === "\n" ? "" : "\n";
	const start = from + before.length + ticks.length + 1;
	return {
		from,
		to,
		text: `${before}${ticks}\n${inner}\n${ticks}${after}`,
		select: [start, start + inner.length],
	};
}

const address = /^(?:https?:\/\/|mailto:)[^\s<>]+$/i;
const placeholder = "url";

/** Make the selection a link: its address is selected then, or the place of its text where an address was selected. */
export function link({ text, start, end }: State): Edit {
	const chosen = text.slice(start, end);
	if (address.test(chosen)) {
		return { from: start, to: end, text: `[](${target(chosen)})`, select: [start + 1, start + 1] };
	}
	const at = start + chosen.length + 3;
	const select = chosen ? ([at, at + placeholder.length] as const) : ([start + 1, start + 1] as const);
	return { from: start, to: end, text: `[${chosen}](${placeholder})`, select };
}

/** A pasted address becomes the address of the selected words. */
export function pasteAddress({ text, start, end }: State, pasted: string): Edit | undefined {
	const chosen = text.slice(start, end);
	const wanted = pasted.trim();
	const isText = chosen.trim() !== "" && !/[\n[\]]/.test(chosen) && !address.test(chosen.trim());
	if (!isText || !address.test(wanted)) return undefined;
	const made = `[${chosen}](${target(wanted)})`;
	return { from: start, to: end, text: made, select: [start + made.length, start + made.length] };
}

/** Brackets in an address would end the link too early. */
function target(found: string): string {
	return /[()]/.test(found) ? `<${found}>` : found;
}

const item = /^([ \t]*)(?:([-*+])|(\d{1,9})([.)]))( +)(\[[ xX]\] +)?/;
const quote = /^[ \t]*(?:> ?)+/;

/** The lines that the selection touches. */
function linesAt({ text, start, end }: State): { from: number; to: number; lines: string[] } {
	const from = text.lastIndexOf("\n", start - 1) + 1;
	// A selection that ends at the beginning of a line does not touch that line.
	const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
	const next = text.indexOf("\n", last);
	const to = next < 0 ? text.length : next;
	return { from, to, lines: text.slice(from, to).split("\n") };
}

/** Begin each line of the selection with a mark, or take it away where all of them have it. */
export function togglePrefix(state: State, prefix: Prefix): Edit {
	const { from, to, lines } = linesAt(state);
	const filled = lines.filter((line) => line.trim() !== "");
	const has = (line: string) => line.startsWith(prefix) && (prefix !== "- " || !/^- \[[ xX]\] /.test(line));
	const all = filled.length > 0 && filled.every(has);
	const changed = lines.map((line) => {
		if (all) return has(line) ? line.slice(prefix.length) : line;
		if (line.trim() === "" && filled.length > 0) return line;
		// A list becomes another kind of list, and not a list in a list.
		return prefix + (prefix === "> " ? line : line.replace(item, "$1"));
	});
	const text = changed.join("\n");
	const caret = from + text.length;
	return { from, to, text, select: state.start === state.end ? [caret, caret] : [from, caret] };
}

/** What Enter does in a list or a quote: the next item begins; in an empty one it ends. Undefined elsewhere. */
export function enter({ text, start, end }: State): Edit | undefined {
	if (start !== end || inFence(text, start)) return undefined;
	const from = text.lastIndexOf("\n", start - 1) + 1;
	const next = text.indexOf("\n", start);
	const line = text.slice(from, next < 0 ? text.length : next);
	const found = item.exec(line) ?? quote.exec(line);
	if (!found || start - from < found[0].length) return undefined;
	const [mark] = found;
	if (line.slice(mark.length).trim() === "") {
		return { from, to: from + line.length, text: "", select: [from, from] };
	}
	const begun = `\n${following(found)}`;
	return { from: start, to: start, text: begun, select: [start + begun.length, start + begun.length] };
}

function following([mark, indent = "", bullet, number, sign, space = " ", box]: RegExpExecArray): string {
	const task = box === undefined ? "" : "[ ] ";
	if (bullet !== undefined) return `${indent}${bullet}${space}${task}`;
	if (number !== undefined) return `${indent}${Number(number) + 1}${sign}${space}${task}`;
	return mark;
}

/** Whether the place is in a block of code, where nothing means anything. */
export function inFence(text: string, at: number): boolean {
	let open: string | undefined;
	for (const line of text.slice(0, at).split("\n").slice(0, -1)) {
		const [, ticks] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
		if (ticks === undefined) continue;
		if (open === undefined) open = ticks;
		else if (ticks[0] === open[0] && ticks.length >= open.length) open = undefined;
	}
	return open !== undefined;
}

/** Tab and Shift+Tab in a list: its items become those of the item above, or leave it. Undefined outside of lists. */
export function indent(state: State, by: 1 | -1): Edit | undefined {
	const { from, to, lines } = linesAt(state);
	const marks = lines.map((line) => item.exec(line));
	if (!marks[0] || inFence(state.text, state.start)) return undefined;
	// As far as the text of the item above stands, which is what makes it an item of that one.
	const above = item.exec(state.text.slice(state.text.lastIndexOf("\n", from - 2) + 1, from));
	const [, , bullet, number = "", sign = ""] = above ?? marks[0];
	const width = bullet === undefined ? number.length + sign.length + 1 : 2;
	const shift = (line: string) => {
		if (line.trim() === "") return line;
		if (by === 1) return " ".repeat(width) + line;
		return line.replace(new RegExp(`^(?:\\t| {1,${width}})`), "");
	};
	const changed = lines.map(shift);
	const text = changed.join("\n");
	// There is nothing to take away: the key leaves the field, as everywhere.
	if (text === lines.join("\n")) return undefined;
	const first = (changed[0]?.length ?? 0) - (lines[0]?.length ?? 0);
	const start = Math.max(from, state.start + first);
	const end = state.start === state.end ? start : from + text.length;
	return { from, to, text, select: [start, end] };
}
/** A text at the caret, apart from what stands around it. */
export function insertion({ text, start, end }: State, words: string): Edit {
	const before = start > 0 && !/\s$/.test(text.slice(0, start)) ? " " : "";
	const at = start + before.length + words.length;
	return { from: start, to: end, text: before + words, select: [at, at] };
}
