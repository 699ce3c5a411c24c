// The first rows of a table, read here: the person says what its columns are by their headers, and sees examples of them. How
// the whole table is read, the server decides.

export interface TableHead {
	/** Each once, without empty ones. */
	headers: readonly string[];
	/** By header: the first text below it. */
	examples: ReadonlyMap<string, string>;
}

interface How {
	delimiter?: string | null | undefined;
	encoding?: string | null | undefined;
}

/** So many bytes are looked at. */
const sample = 64 * 1024;
const mostRows = 50;
/** The header is one of the first so many rows. */
const preamble = 8;
const delimiters = [",", ";", "\t", "|"];

/** Nothing where the file is no table, or cannot be read. */
export async function readHead(file: Blob, how: How = {}): Promise<TableHead | undefined> {
	return headOf(new Uint8Array(await file.slice(0, sample).arrayBuffer()), how);
}

export function headOf(bytes: Uint8Array, { delimiter, encoding }: How): TableHead | undefined {
	// A ZIP; a document begins with a bracket.
	if (bytes[0] === 0x50 && bytes[1] === 0x4b) return undefined;
	const text = decoded(bytes, encoding);
	if (text === undefined || /^\s*[[{]/.test(text)) return undefined;
	const rows = rowsOf(text, delimiter ?? guess(text));
	const widest = Math.max(0, ...rows.slice(0, preamble).map((row) => row.length));
	const at = rows.findIndex((row) => row.length === widest);
	const named = rows[at]?.map((header) => header.trim()) ?? [];
	const headers = [...new Set(named)].filter((header) => header !== "");
	if (headers.length === 0) return undefined;
	const below = rows.slice(at + 1);
	const example = (header: string) => {
		const cells = below.map((row) => row[named.indexOf(header)]?.trim() ?? "");
		return cells.find((cell) => cell !== "") ?? "";
	};
	return { headers, examples: new Map(headers.map((header) => [header, example(header)])) };
}

function decoded(bytes: Uint8Array, encoding: string | null | undefined): string | undefined {
	try {
		// The end of the sample may lie within a character.
		if (encoding) return new TextDecoder(encoding).decode(bytes, { stream: true });
		return new TextDecoder(marked(bytes) ?? "utf-8", { fatal: true }).decode(bytes, { stream: true });
	} catch {
		return encoding ? undefined : new TextDecoder("windows-1252").decode(bytes);
	}
}

/** UTF-16 has a byte order mark, or a zero in every second byte where it is of the West. */
function marked(bytes: Uint8Array): string | undefined {
	const zeros = (odd: number) =>
		bytes.reduce((sum, byte, at) => sum + Number(byte === 0 && at % 2 === odd), 0);
	if ((bytes[0] === 0xff && bytes[1] === 0xfe) || zeros(1) * 4 > bytes.length) return "utf-16le";
	if ((bytes[0] === 0xfe && bytes[1] === 0xff) || zeros(0) * 4 > bytes.length) return "utf-16be";
	return undefined;
}

/** With the right one most rows have the same number of cells, and more than one. */
function guess(text: string): string {
	const score = (delimiter: string) => {
		const widths = rowsOf(text, delimiter).map((row) => row.length);
		const width = Math.max(0, ...widths);
		const like = widths.filter((one) => one === width).length;
		return width < 2 ? 0 : Math.floor((like * 1000) / widths.length) * 100 + Math.min(width, 99);
	};
	const [best = ","] = delimiters.toSorted((a, b) => score(b) - score(a));
	return best;
}

/** Rows that are not empty. A cell in quotes may have line breaks and, doubled, quotes. */
function rowsOf(text: string, delimiter: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let cell = "";
	let quoted = false;
	const endRow = () => {
		row.push(cell);
		cell = "";
		if (row.some((one) => one.trim() !== "")) rows.push(row);
		row = [];
	};
	for (let at = 0; at < text.length && rows.length < mostRows; at++) {
		const sign = text.charAt(at);
		if (quoted) {
			if (sign !== '"') cell += sign;
			else if (text[at + 1] === '"') {
				cell += '"';
				at += 1;
			} else quoted = false;
		} else if (sign === '"' && cell === "") quoted = true;
		else if (sign === delimiter) {
			row.push(cell);
			cell = "";
		} else if (sign === "\n" || sign === "\r") endRow();
		else cell += sign;
	}
	if (rows.length < mostRows) endRow();
	return rows;
}
