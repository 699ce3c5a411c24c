import { apply, stateOf } from "../../domain/writing/apply";
import { keepDraft, readDraft } from "../../platform/drafts";

/** Where a half-typed text of a task is kept. */
export interface DraftPlace {
	task: string;
	field: string;
}

export const answerDraft = (task: string): DraftPlace => ({ task, field: "comment" });
export const editDraft = (task: string, comment: string): DraftPlace => ({
	task,
	field: `comment-${comment}`,
});
export const itemDraft = (task: string): DraftPlace => ({ task, field: "item" });
export const titleDraft = (task: string): DraftPlace => ({ task, field: "title" });

/** Whether something was typed there that is not what the typing began with. */
export function isTyped({ task, field }: DraftPlace): boolean {
	const draft = readDraft(task, field);
	return draft !== null && draft.text.trim() !== "" && draft.text !== draft.base;
}

export function readText({ task, field }: DraftPlace): string {
	return readDraft(task, field)?.text ?? "";
}

/** The version of the comment at which the typing began. */
export function readVersion({ task, field }: DraftPlace): number | undefined {
	return readDraft(task, field)?.version;
}

export function keepText({ task, field }: DraftPlace, text: string | null, version = 0): void {
	keepDraft(task, field, text ? { text, base: "", version } : null);
}

/** Puts a text into the field of the next comment, behind what stands there. */
export function setAnswer(field: HTMLTextAreaElement, text: string): void {
	const { length } = stateOf(field).text;
	const before = length === 0 ? "" : field.value.endsWith("\n") ? "\n" : "\n\n";
	const end = length + before.length + text.length;
	apply(field, { from: length, to: length, text: before + text, select: [end, end] });
	field.scrollIntoView({ block: "nearest" });
}
