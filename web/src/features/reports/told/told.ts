import type { Picture } from "../../../ui/plot/picture";

/** A cell of a table: what a person reads, or a number. */
export type Cell = string | number;

/** A report as it is shown: drawn, in a sentence, and in numbers. */
export interface Told {
	picture: Picture;
	summary: string;
	heads: readonly string[];
	rows: readonly { key: string; cells: readonly Cell[]; href?: string | undefined }[];
	/** Which cell leads to `href`. */
	linked?: number;
}

/** What the reports know by ids. */
export interface Names {
	/** The project's key, as in WEB-12. */
	numbered: (number: number) => string;
	task: (number: number) => string;
	person: (id: string) => string;
	column: (id: string) => string;
	/** The number of a column's colour, as the board gives them out. */
	hue: (column: { id: string; kind: string }) => string;
}
