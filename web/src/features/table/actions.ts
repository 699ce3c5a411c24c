import { ClipboardPaste, Copy, PencilLine } from "lucide-preact";
import { filterActions } from "../../domain/filter/actions";
import { selectActions } from "../../domain/selection/actions";
import { taskActions } from "../../domain/task/actions";
import type { Action } from "../../platform/actions";
import { useActions } from "../../platform/use-actions";
import { modals } from "../../ui/modals";
import { groupings } from "./group-by";
import { table as words } from "./messages";
import type { TableModel } from "./model";

const group = () => words.group;

/** Registers what can be done in the table: keys, menus and the palette show it. */
export function useTableActions(model: TableModel): void {
	useActions(() => {
		const actions = [
			...filterActions(model.filter),
			...groupActions(model),
			{
				id: "table.reset",
				label: () => words.resetColumns,
				group,
				run: () => model.settings.reset(),
			},
			...selectActions(model.selection, model.taskContext),
			...taskActions(model.taskContext),
			// The last ones: their keys are those of a cell that has the focus.
			...nativeKeys(),
		];
		// Disabled while the dialog of a task is open over the table.
		return actions.map((action: Action) => ({
			...action,
			enabled: () => modals.peek().length === 0 && (action.enabled?.() ?? true),
		}));
	});
}

/** How the rows are grouped. */
export function groupActions(model: TableModel): Action[] {
	return groupings.map((by) => ({
		id: `table.group.${by}`,
		label: () => words.groupedBy[by],
		group,
		checked: () => model.group.value === by,
		run: () => model.groupBy(by),
	}));
}

/** Keys of the cells, for the sheet of shortcuts only: the grid handles them itself. */
function nativeKeys(): Action[] {
	const lines = [
		["edit", words.editCell, "Enter", PencilLine],
		["copy", words.copy, "Ctrl+c", Copy],
		["paste", words.paste, "Ctrl+v", ClipboardPaste],
		["select", words.selectKey, "Space", undefined],
	] as const;
	return lines.map(([name, label, shortcut, icon]) => ({
		id: `table.cell.${name}`,
		label: () => label,
		group,
		shortcut,
		...(icon ? { icon } : {}),
		native: true,
		hidden: true,
		run: () => {},
	}));
}
