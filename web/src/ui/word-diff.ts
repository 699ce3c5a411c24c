// Two texts word by word: what differs, and what comes of both when they began as the same one.

export interface Piece {
	text: string;
	/** The other text does not have it. */
	changed: boolean;
}

/** A character of a script without blanks, a word, blanks, or any other sign. `Intl.Segmenter` is slow on long texts. */
const part = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}_]+|\s+|[\s\S]/gu;
const split = (text: string): string[] => text.match(part) ?? [];

/** Above so many comparisons the middle of two long texts counts as changed. */
const mostWork = 4_000_000;

/** For each of two texts its pieces, with those marked that the other one does not have. */
export function diffWords(one: string, other: string): [Piece[], Piece[]] {
	const [a, b] = [split(one), split(other)];
	const pairs = common(a, b);
	return [pieces(a, new Set(pairs.map(([at]) => at))), pieces(b, new Set(pairs.map(([, at]) => at)))];
}

function pieces(all: readonly string[], kept: ReadonlySet<number>): Piece[] {
	const found: Piece[] = [];
	all.forEach((text, at) => {
		const changed = !kept.has(at);
		const last = found.at(-1);
		if (last && last.changed === changed) last.text += text;
		else found.push({ text, changed });
	});
	return found;
}

/**
 * The changes of both in one text. Where both changed the same words, theirs stand first and the own ones behind them.
 * Without the text that both began with, what the two have in common stands for it.
 */
export function mergeWords(base: string | undefined, theirs: string, mine: string): string {
	const [a, b] = [split(theirs), split(mine)];
	const origin = base === undefined ? common(a, b).map(([at]) => a[at] ?? "") : split(base);
	const [inA, inB] = [new Map(common(origin, a)), new Map(common(origin, b))];
	let text = "";
	let [from, fromA, fromB] = [0, 0, 0];
	for (let at = 0; at <= origin.length; at++) {
		const [nextA, nextB] = at === origin.length ? [a.length, b.length] : [inA.get(at), inB.get(at)];
		if (nextA === undefined || nextB === undefined) continue;
		const was = origin.slice(from, at).join("");
		text += merged(was, a.slice(fromA, nextA).join(""), b.slice(fromB, nextB).join(""));
		text += origin[at] ?? "";
		[from, fromA, fromB] = [at + 1, nextA + 1, nextB + 1];
	}
	return text;
}

function merged(was: string, theirs: string, mine: string): string {
	if (theirs === mine || mine === was) return theirs;
	if (theirs === was) return mine;
	if (theirs === "" || mine === "") return theirs + mine;
	const gap = /\s$/.test(theirs) || /^\s/.test(mine) ? "" : /\n/.test(theirs + mine) ? "\n" : " ";
	return theirs + gap + mine;
}

/** The places of the longest common sequence, as pairs in order. */
function common(a: readonly string[], b: readonly string[]): [number, number][] {
	const pairs: [number, number][] = [];
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) {
		pairs.push([start, start]);
		start += 1;
	}
	let [endA, endB] = [a.length, b.length];
	const tail: [number, number][] = [];
	while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
		endA -= 1;
		endB -= 1;
		tail.unshift([endA, endB]);
	}
	return [...pairs, ...middle(a, b, start, endA, endB), ...tail];
}

function middle(
	a: readonly string[],
	b: readonly string[],
	start: number,
	endA: number,
	endB: number,
): [number, number][] {
	const [rows, columns] = [endA - start, endB - start];
	if (rows * columns === 0 || rows * columns > mostWork) return [];
	const width = columns + 1;
	const lengths = new Uint32Array((rows + 1) * width);
	const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
	// Blanks are everywhere: a common word says more than they do.
	const worth = (text: string | undefined) => (/[\p{L}\p{N}]/u.test(text ?? "") ? 8 : 1);
	for (let row = rows - 1; row >= 0; row--) {
		for (let column = columns - 1; column >= 0; column--) {
			const same = a[start + row] === b[start + column];
			lengths[row * width + column] = same
				? at(row + 1, column + 1) + worth(a[start + row])
				: Math.max(at(row + 1, column), at(row, column + 1));
		}
	}
	const pairs: [number, number][] = [];
	for (let row = 0, column = 0; row < rows && column < columns; ) {
		if (a[start + row] === b[start + column]) pairs.push([start + row++, start + column++]);
		else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
		else column += 1;
	}
	return pairs;
}
