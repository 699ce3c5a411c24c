import type { Edit, State } from "./edit";

export function stateOf(field: HTMLTextAreaElement): State {
	return { text: field.value, start: field.selectionStart, end: field.selectionEnd };
}

/** Makes the edit as if it were typed, so that the browser's own undo takes it back. */
export function apply(field: HTMLTextAreaElement, { from, to, text, select }: Edit): void {
	field.focus();
	field.setSelectionRange(from, to);
	if (!typed(text, from === to)) {
		field.setRangeText(text, from, to, "end");
		field.dispatchEvent(new Event("input", { bubbles: true }));
	}
	field.setSelectionRange(...select);
}

/** Nothing else that a script can do reaches the undo history of a text field. */
function typed(text: string, nothingSelected: boolean): boolean {
	if (text !== "") return document.execCommand("insertText", false, text);
	return nothingSelected || document.execCommand("delete");
}
