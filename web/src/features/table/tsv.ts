// Cells as spreadsheets put them on the clipboard: tabs between cells, line ends between rows, and quotes around a cell that
// has one of these in it.

const quote = "\u0022";

export function toTsv(rows: readonly (readonly string[])[]): string {
	const quoted = (text: string) => [quote, text.replaceAll(quote, quote + quote), quote].join("");
	const cell = (text: string) => (/[\t\n\r\u0022]/.test(text) ? quoted(text) : text);
	return rows.map((row) => row.map(cell).join("\t")).join("\n");
}

export function fromTsv(text: string): string[][] {
	// Spreadsheets end the last row too.
	const rest = text
		.replace(/^\uFEFF/, "")
		.replace(/\r\n?/g, "\n")
		.replace(/\n$/, "");
	const rows: string[][] = [[]];
	for (let at = 0; at <= rest.length; ) {
		const [cell, end] = cellAt(rest, at);
		rows.at(-1)?.push(cell);
		if (rest[end] === "\n") rows.push([]);
		at = end + 1;
	}
	return rows;
}

/** The cell that begins at a place, and where it ends. */
function cellAt(text: string, at: number): [cell: string, end: number] {
	const quoted = /\u0022((?:[^\u0022]|\u0022\u0022)*)\u0022(?=[\t\n]|$)/y;
	quoted.lastIndex = at;
	const [whole, inside] = quoted.exec(text) ?? [];
	if (whole !== undefined && inside !== undefined)
		return [inside.replaceAll(quote + quote, quote), at + whole.length];
	// A quote that is not closed stands for itself.
	const end = text.slice(at).search(/[\t\n]/);
	return end < 0 ? [text.slice(at), text.length] : [text.slice(at, at + end), at + end];
}
