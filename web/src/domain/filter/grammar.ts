// The words of a filter, as the server's search reads them: words, `"words one behind the other"`, `-without`, `label:bug`.
import { type FilterKind, kinds } from "./filter";

export interface Piece {
	/** Where it stands in the line. */
	start: number;
	end: number;
	excluded: boolean;
	/** What it is about; undefined: it is a word, or words in quotes. */
	kind: FilterKind | undefined;
	text: string;
	quoted: boolean;
}

const quotes = '"“”„«»';
const isQuote = (sign: string | undefined) => sign !== undefined && quotes.includes(sign);

/** `label:` and the like, at the beginning of a piece. */
const named = new RegExp(`^(${kinds.join("|")}):`, "i");

export function pieces(line: string): Piece[] {
	const all: Piece[] = [];
	let at = 0;
	while (at < line.length) {
		if (/\s/.test(line[at] ?? "")) {
			at += 1;
			continue;
		}
		const start = at;
		const excluded = line[at] === "-" && /\S/.test(line[at + 1] ?? "");
		if (excluded) at += 1;
		const name = named.exec(line.slice(at))?.[1];
		if (name !== undefined) at += name.length + 1;
		const quoted = isQuote(line[at]);
		if (quoted) at += 1;
		const from = at;
		while (at < line.length && (quoted ? !isQuote(line[at]) : /\S/.test(line[at] ?? ""))) at += 1;
		const text = line.slice(from, at);
		if (quoted && at < line.length) at += 1;
		all.push({ start, end: at, excluded, kind: name?.toLowerCase() as FilterKind | undefined, text, quoted });
	}
	return all;
}

/** A value as it is typed: in quotes when it has blanks. */
export function quotedValue(value: string): string {
	return /\s/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}
