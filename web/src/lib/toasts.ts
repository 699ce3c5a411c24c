import { signal } from "@preact/signals";

export interface Toast {
	id: number;
	text: string;
	detail?: string;
	tone?: "neutral" | "danger";
	/** A second chance: shown as a button, gone after 8 s unless pointed at or focused. */
	undo?: () => void;
	/** Where it leads: shown as a link. */
	link?: { label: string; href: string; follow?: () => void };
	/** What it is about: toasts of a project go when the project goes. */
	project?: string;
}

let last = 0;
export const toasts = signal<readonly Toast[]>([]);

export function toast(content: Omit<Toast, "id">): number {
	const id = ++last;
	// More than four would bury each other; the oldest has been seen the longest.
	toasts.value = [...toasts.value, { ...content, id }].slice(-4);
	return id;
}

export function dismissToast(id: number): void {
	toasts.value = toasts.value.filter((other) => other.id !== id);
}

export function dismissToastsOf(project: string): void {
	toasts.value = toasts.value.filter((other) => other.project !== project);
}

/** Take back the newest thing that can be taken back: `Ctrl+Z`. */
export function undoLast(): boolean {
	const newest = toasts.value.findLast((other) => other.undo);
	if (!newest) return false;
	dismissToast(newest.id);
	newest.undo?.();
	return true;
}
