interface Piece {
	text: string;
	href?: string;
}

const address = /https?:\/\/[^\s<>"']+/g;
// Punctuation at the end of an address belongs to the sentence around it.
const trailing = /[.,;:!?)\]}]+$/;

const mention = /\[(@(?:\\.|[^\]\\])+)\]\(mention:[\w-]+\)/g;

/** People are shown by their names, until the server has drawn the text. */
export function withNames(text: string): string {
	return text.replace(mention, (_, name: string) => name.replace(/\\(.)/g, "$1"));
}

/** Text in pieces, web addresses apart. Only http and https become links: other schemes could run code. */
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
