import type { ColumnKind } from "boardcast";

const kinds: Record<ColumnKind, string> = { backlog: "Backlog", active: "Active", done: "Done" };

export const column = {
	group: "Column",
	named: (name: string) => `the column ${name}`,
	kinds,
	columnMenu: (name: string) => `Actions for the column ${name}`,
	rename: "Rename and limit…",
	moveLeft: "Move left",
	moveRight: "Move right",
	deleteColumn: "Delete column…",
};
