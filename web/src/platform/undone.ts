// What was undone, and can be done again. It comes with the edits.
import { effect } from "@preact/signals";
import { dismissToast, toasts } from "./toasts";

/** Something that was undone and can be done again. */
export interface Undone {
	run: () => void;
	/** The toast that offers it, if one does. */
	notice?: number;
}
let undone: readonly Undone[] = [];

export function addUndone(step: Undone): void {
	undone = [...undone, step];
}

export function isUndone(step: Undone): boolean {
	return undone.includes(step);
}

/** They cannot be done again. By default all are meant. */
export function forgetUndone(which: (step: Undone) => boolean = () => true): void {
	undone = undone.filter((step) => !which(step));
}

/** Do again what was undone; what was undone before it can still be done again afterwards. */
export function redo(step: Undone): void {
	const others = undone.filter((other) => other !== step);
	undone = others;
	if (step.notice !== undefined) dismissToast(step.notice);
	step.run();
	undone = others;
}

/** Do again what was undone last: `Ctrl+Shift+Z`. */
export function redoLast(): boolean {
	const last = undone.at(-1);
	if (last) redo(last);
	return last !== undefined;
}

/** The latest toast that was seen. */
let latest = 0;

effect(() => {
	const fresh = toasts.value.filter(({ id }) => id > latest);
	latest = Math.max(latest, ...fresh.map(({ id }) => id));
	// After a new edit the undone ones are past. What is done again puts the others back itself.
	if (fresh.some(({ undo }) => undo)) forgetUndone();
});
