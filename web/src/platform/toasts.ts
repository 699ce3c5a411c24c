import { signal } from "@preact/signals";

export interface Toast {
	id: number;
	text: string;
	detail?: string;
	tone?: "neutral" | "danger";
	/** Shown as an undo button. A toast disappears after 8 s, unless it is pointed at or has the focus. */
	undo?: () => void;
	/** Shown as a button: what a person may want to do next. */
	offer?: { label: string; run: () => void } | undefined;
	/** Shown as a link. */
	link?: { label: string; href: string; follow?: () => void };
	/** A text that was not saved, beside the one that the field has now. It stays until the person decides. */
	typed?: {
		yours: string;
		/** Undefined: there is no other text, or no field any more. */
		theirs: () => string | undefined;
		/** The text with which the typing began, where it is known. */
		was?: string;
		/** It was chosen, not typed: there is nothing to edit in it. */
		chosen?: true;
		discard: () => void;
		/** The person goes on typing in it. */
		keep?: (text: string) => void;
		/** Send it again, or `text` in its place. Absent: it cannot be sent again. */
		again?: (text?: string) => void;
	};
	/** The project that it is about: its toasts are removed when the user loses the project. */
	project?: string;
}

let last = 0;
export const toasts = signal<readonly Toast[]>([]);

/** At most so many, so that they do not cover the page: the oldest goes. */
const most = 4;

export function toast(content: Omit<Toast, "id">): number {
	const id = ++last;
	const others = toasts.value.filter((other) => !says(other, content));
	const passing = others.filter((other) => !other.typed).slice(1 - most);
	toasts.value = [...others.filter((other) => other.typed || passing.includes(other)), { ...content, id }];
	return id;
}

/** Saying something twice says nothing more. */
function says(a: Omit<Toast, "id">, b: Omit<Toast, "id">): boolean {
	if (a.undo || b.undo || a.offer || b.offer || a.typed || b.typed) return false;
	return a.text === b.text && a.detail === b.detail && a.link?.href === b.link?.href;
}

export function dismissToast(id: number): void {
	toasts.value = toasts.value.filter((other) => other.id !== id);
}

export function dismissToastsOf(project: string): void {
	toasts.value = toasts.value.filter((other) => other.project !== project);
}

/** Undo the newest toast that can be undone: `Ctrl+Z`. */
export function undoLast(): boolean {
	const newest = toasts.value.findLast((other) => other.undo);
	if (!newest) return false;
	dismissToast(newest.id);
	newest.undo?.();
	return true;
}
