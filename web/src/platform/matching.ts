// How well a label fits what was typed. Letters that are missing, doubled, wrong or swapped are forgiven in longer words.
import { folded } from "./text";

/** What was typed, as words to look for. */
export function wordsOf(text: string): string[] {
	return folded(text).split(/\s+/).filter(Boolean);
}

const inside = 1;
const misspelt = 3;

/** How badly a label fits the words: 0 is best; undefined when one of them is not there, not even misspelt. */
export function misfit(label: string, words: readonly string[]): number | undefined {
	const plain = folded(label);
	let parts: string[] | undefined;
	let sum = 0;
	for (const word of words) {
		const found = placeOf(plain, word);
		if (found !== undefined) sum += found;
		else {
			parts ??= plain.split(/[^\p{L}\p{N}]+/u);
			const slips = slipsIn(word);
			if (slips === 0 || !parts.some((part) => isMisspelt(part, word, slips))) return undefined;
			sum += misspelt;
		}
	}
	return sum;
}

const isLetter = (sign: string | undefined) => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** A whole word is better than the beginning of one, and that is better than what stands inside of one. */
function placeOf(plain: string, word: string): number | undefined {
	let best: number | undefined;
	for (let at = plain.indexOf(word); at >= 0 && best !== 0; at = plain.indexOf(word, at + 1)) {
		const isWhole = !isLetter(plain[at + word.length]);
		const place = isLetter(plain[at - 1]) ? inside : isWhole ? 0 : inside / 2;
		best = Math.min(best ?? place, place);
	}
	return best;
}

/** How many slips a word may have. A number with one is another number. */
function slipsIn(word: string): number {
	if (/\p{N}/u.test(word) || word.length < 4) return 0;
	return word.length < 8 ? 1 : 2;
}

/** Whether the word is how `part` begins, but for so many slips. */
function isMisspelt(part: string, word: string, slips: number): boolean {
	if (part.length < word.length - slips) return false;
	const end = Math.min(part.length, word.length + slips);
	// Optimal string alignment: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance
	let [before, last] = [[] as number[], Array.from({ length: end + 1 }, (_, at) => at)];
	for (let i = 1; i <= word.length; i++) {
		const now = [i];
		for (let j = 1; j <= end; j++) {
			const same = word[i - 1] === part[j - 1];
			let cost = Math.min((last[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
			const swapped = i > 1 && j > 1 && word[i - 1] === part[j - 2] && word[i - 2] === part[j - 1];
			if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
			now.push(cost);
		}
		if (Math.min(...now) > slips) return false;
		[before, last] = [last, now];
	}
	return Math.min(...last) <= slips;
}
