// Tables as spreadsheets read them.
import type { Cell } from "./told/told";

const quote = '"';
/** With these a spreadsheet takes a text for a formula. */
const formula = /^[=+\-@\t\r]/;

/** Lines with commas, in UTF-8 and marked as such. What a person wrote is a text in any spreadsheet, whatever it begins with. */
export function csvOf(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
	const lines = [heads, ...rows].map((cells) => cells.map(written).join(","));
	return `\ufeff${lines.join("\r\n")}\r\n`;
}

function written(cell: Cell): string {
	if (typeof cell === "number") return String(cell);
	const text = formula.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(text) ? quote + text.replaceAll(quote, quote + quote) + quote : text;
}
