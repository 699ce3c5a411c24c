import type { TableModel } from "./model";

interface Typed {
	/** Whether nothing is left to save. */
	commit: () => boolean;
	cancel: () => void;
}

/** The keys of a cell that is typed in: Enter goes on below, Tab beside, and Escape restores. */
export function editorKeys(model: TableModel, event: KeyboardEvent, typed: Typed): void {
	const { key, shiftKey } = event;
	if (key !== "Enter" && key !== "Tab" && key !== "Escape") return;
	event.preventDefault();
	event.stopPropagation();
	if (key === "Escape") {
		typed.cancel();
		model.leave(model.stop.peek());
		return;
	}
	const by = shiftKey ? -1 : 1;
	// Before what is typed is saved, which may move the row.
	const next = key === "Enter" ? model.neighbour(by, 0) : model.neighbour(0, by);
	if (typed.commit()) model.leave(next);
}
