const longestQuote = 600;

/** A comment as the quote that an answer begins with. */
export function quoted(body: string): string {
	const text = body.trim();
	const short = text.length > longestQuote ? `${text.slice(0, longestQuote).replace(/\s+\S*$/, "")} …` : text;
	const lines = short.split("\n").map((line) => (line === "" ? ">" : `> ${line}`));
	return `${lines.join("\n")}\n\n`;
}
