import type { Import } from "boardcast";

/** Such a file is a table of cells. */
export function isTable(format: Import["format"]): boolean {
	return /(csv|tsv)$/.test(format);
}
