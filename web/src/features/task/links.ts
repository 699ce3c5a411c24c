export interface Piece {
	text: string;
	href?: string;
}

const address = /https?:\/\/[^\s<>"']+/g;
// Punctuation behind an address belongs to the sentence around it.
const trailing = /[.,;:!?)\]}]+$/;

/** Text cut where web addresses begin and end. Only http and https: nothing that could run. */
export function linked(text: string): Piece[] {
	const pieces: Piece[] = [];
	let at = 0;
	for (const match of text.matchAll(address)) {
		const found = match[0].replace(trailing, "");
		if (match.index > at) pieces.push({ text: text.slice(at, match.index) });
		pieces.push(URL.canParse(found) ? { text: found, href: found } : { text: found });
		at = match.index + found.length;
	}
	if (at < text.length) pieces.push({ text: text.slice(at) });
	return pieces;
}
