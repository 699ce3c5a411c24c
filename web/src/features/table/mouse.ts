import type { CellColumn } from "./columns";
import { selector } from "./columns";
import { sortBy } from "./heads";
import { toggleGroup } from "./keys";
import { headRow, type TableModel } from "./model";

/** What presses in the grid do. One listener for all cells. */
export function useMouse(model: TableModel) {
	return {
		onFocusIn: ({ target }: FocusEvent) => {
			const place = placeOf(target);
			const stop = model.stop.peek();
			if (place && (place.row !== stop.row || place.column !== stop.column)) model.at.value = place;
		},
		onMouseDown: (event: MouseEvent) => {
			// A second press on the same cell edits it.
			wasFocused = (event.target as Element).closest('[role="gridcell"]') === document.activeElement;
			// Selecting rows must not select their texts.
			if (event.shiftKey) event.preventDefault();
		},
		onClick: (event: MouseEvent) => press(model, event),
		onContextMenu: (event: MouseEvent) => {
			const task = taskOf(event.target);
			if (task === undefined || model.editing.peek()) return;
			event.preventDefault();
			const point = new DOMRect(event.clientX, event.clientY, 0, 0);
			model.panel.value = { what: "menu", id: task, anchor: () => point };
		},
		onPointerOver: ({ target }: PointerEvent) => {
			model.hovered = taskOf(target);
		},
		onPointerLeave: () => {
			model.hovered = undefined;
		},
	};
}

let wasFocused = false;

function press(model: TableModel, event: MouseEvent): void {
	const target = event.target as Element;
	const place = placeOf(target);
	if (!place) return;
	const isCheckbox = target instanceof HTMLInputElement;
	if (place.row === headRow) {
		if (place.column !== selector) sortBy(model, place.column);
		if (!isCheckbox) model.goTo(place);
		return;
	}
	const task = model.taskAt(place.row);
	if (!task) {
		if (model.row(place.row)) toggleGroup(model, place.row);
		return;
	}
	if (model.selection.press(event, task.id)) event.preventDefault();
	else if (place.column === selector) model.selection.toggle(task.id);
	else if (target.closest("[data-menu]")) {
		const button = target.closest("[data-menu]");
		model.panel.value = { what: "menu", id: task.id, anchor: () => button };
		return;
	} else if (isCheckbox || target.closest("a, .table-field")) return;
	else if (wasFocused) {
		model.edit(place);
		return;
	}
	model.goTo(place);
}

function placeOf(target: EventTarget | null): { row: string; column: CellColumn } | undefined {
	if (!(target instanceof Element)) return undefined;
	const row = target.closest<HTMLElement>("[data-row]")?.dataset["row"];
	if (row === undefined) return undefined;
	const column = target.closest<HTMLElement>("[data-column]")?.dataset["column"];
	return { row, column: (column ?? "title") as CellColumn };
}

function taskOf(target: EventTarget | null): string | undefined {
	return target instanceof Element ? target.closest<HTMLElement>("[data-task]")?.dataset["task"] : undefined;
}
