import { byPosition, type Column } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import type { Action } from "../../platform/actions";
import { columnCommands } from "./commands-later";
import { column as words } from "./messages";

export type ColumnDialogKind = "edit" | "delete";

/** What the column actions act on: the column of a menu, or the one that is pointed at. */
export interface ColumnContext {
	store: ProjectStore;
	manage: () => boolean;
	current: () => Column | undefined;
	/** What the palette says that they act on. */
	subject?: () => string | undefined;
	openDialog: (what: ColumnDialogKind, column: Column) => void;
}

/** Everything that can be done with a column. */
export function columnActions({ store, manage, current, subject, openDialog }: ColumnContext): Action[] {
	const order = () => store.tables.columns.peekAll().sort(byPosition);
	const index = () => order().findIndex(({ id }) => id === current()?.id);
	const group = () => words.group;
	const opens = (what: ColumnDialogKind, label: string, more: Partial<Action> = {}): Action => ({
		id: `column.${what}`,
		label: () => label,
		group,
		enabled: () => manage() && current() !== undefined,
		run: () => {
			const column = current();
			if (column) openDialog(what, column);
		},
		...more,
	});
	const moves = (side: "left" | "right", step: 1 | -1, label: string): Action => ({
		id: `column.move_${side}`,
		label: () => label,
		group,
		enabled: () => manage() && index() >= 0 && order()[index() + step] !== undefined,
		run: () => {
			const column = current();
			const to = index() + step;
			if (column) columnCommands.use(({ placeColumn }) => placeColumn(store, column.id, to));
		},
	});
	const all = [
		opens("edit", words.rename),
		moves("left", -1, words.moveLeft),
		moves("right", 1, words.moveRight),
		opens("delete", words.deleteColumn, { danger: true }),
	];
	return subject ? all.map((action) => ({ ...action, subject })) : all;
}
