import type { Column } from "boardcast";

/** The number of column colours; they repeat. Done columns have a colour of their own, and backlogs have none. */
const turns = 6;

/** Names the colour of a column, the same one on the board and on the timeline. `columns` are all, in their order. */
export function columnHue(column: Pick<Column, "id" | "kind">, columns: readonly Column[]): string {
	if (column.kind === "done") return "done";
	if (column.kind === "backlog") return "none";
	const place = columns.filter(({ kind }) => kind === "active").findIndex(({ id }) => id === column.id);
	return `column-${Math.max(0, place) % turns}`;
}
