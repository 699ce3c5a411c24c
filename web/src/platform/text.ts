// Lengths as the server counts them, in characters, and cuts that never fall into the middle of one.

/** How many characters a text has too many. */
export function excess(text: string, limit: number): number {
	// A character has one or two units: most texts need no counting.
	if (text.length <= limit) return 0;
	let count = 0;
	for (const _ of text) count += 1;
	return Math.max(0, count - limit);
}

/** Whether this can be an e-mail address, as the server sees it at first. */
export function isAddress(text: string): boolean {
	return /^[^\s@<>()[\],;:\\"]{1,64}@[^\s@.<>()[\],;:\\"]+(?:\.[^\s@.<>()[\],;:\\"]+)*$/u.test(text);
}

/** A text for a field of one line. */
export function oneLine(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The beginning of a text, of at most `limit` characters, and the rest. The cut is between words where there are any, and
 * never inside of what people see as one sign, such as a flag.
 */
export function cut(text: string, limit: number): [string, string] {
	if (excess(text, limit) === 0) return [text, ""];
	let end = 0;
	let count = 0;
	for (const { segment, index } of graphemes.segment(text)) {
		count += [...segment].length;
		if (count > limit) break;
		end = index + segment.length;
	}
	// One sign of more characters than that: there is no better place.
	if (end === 0) end = [...text].slice(0, limit).join("").length;
	const space = text.slice(0, end + 1).search(/\s\S*$/);
	const at = space > end / 2 ? space : end;
	return [text.slice(0, at).trimEnd(), text.slice(at).trimStart()];
}

/** The text in pieces of at most `limit` characters. */
export function pieces(text: string, limit: number): string[] {
	const all: string[] = [];
	for (let rest = text; rest !== ""; ) {
		const [piece, left] = cut(rest, limit);
		if (piece !== "") all.push(piece);
		rest = left;
	}
	return all;
}

/** For a toast. */
export function shortened(text: string): string {
	const [start, rest] = cut(oneLine(text), 60);
	return rest === "" ? start : `${start}…`;
}

/**
 * For comparing: without case and accents, and the same for each way to write a letter, whatever the language. The server
 * does the same in `src/base/fold.rs`, so that a filter finds what the search finds.
 */
export function folded(text: string): string {
	if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
	// Upper case first: `ß` and `SS`, `ς` and `σ` are one then.
	return plain(plain(text).toUpperCase().toLowerCase())
		.normalize("NFC")
		.replace(/[ıςłđðħøŧßæœþ]/g, (letter) => plainLetters[letter] ?? letter);
}

/** Without accents, and without what shows nothing but does not part words, or the colour of a skin. */
function plain(text: string): string {
	return text.normalize("NFKD").replace(unheard, "");
}

const accents =
	"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f";
const unheard = new RegExp(`(?!\u200b)[\\p{DI}\u{1f3fb}-\u{1f3ff}${accents}]`, "gu");

const plainLetters: Record<string, string> = {
	ı: "i",
	ς: "σ",
	ł: "l",
	đ: "d",
	ð: "d",
	ħ: "h",
	ø: "o",
	ŧ: "t",
	ß: "ss",
	æ: "ae",
	œ: "oe",
	þ: "th",
};

/** A pasted text as lines, without the mark that some programs put in front and without empty lines. */
export function linesIn(text: string): string[] {
	return text
		.replace(/^\uFEFF/, "")
		.split(/\r\n|[\n\r\u2028\u2029]/)
		.map((line) => line.trim())
		.filter(Boolean);
}
