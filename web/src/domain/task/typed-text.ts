// What becomes of a text of a task that a person has typed, in a field that is there or gone.
import { limits, type Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { type Draft, keepDraft, readDraft } from "../../platform/drafts";
import { common } from "../../platform/i18n/common";
import { excess, oneLine, shortened } from "../../platform/text";
import { toast } from "../../platform/toasts";
import { patchTask } from "./commands";

/** `draft` has what the person saw when the typing began. */
export function saveText(
	store: ProjectStore,
	task: Task,
	field: "title" | "description",
	text: string,
	draft: Draft,
): void {
	patchTask(store, task, { [field]: text }, { version: draft.version, text: draft.base });
}

/** A toast brings it back. */
export function putAside(store: ProjectStore, draft: Draft | null, save: (text: string) => void): void {
	if (!draft || draft.text === draft.base || draft.text.trim() === "") return;
	toast({
		text: common.putAside(shortened(draft.text)),
		project: store.id,
		undo: () => save(draft.text),
	});
}

/** Save a title whose field is gone, or put it aside. Returns false when it is too long to be saved, and then it stays a draft. */
export function endTitle(store: ProjectStore, task: Task, isPutAside: boolean): boolean {
	const draft = readDraft(task.id, "title");
	if (!draft) return true;
	const text = oneLine(draft.text);
	if (!isPutAside && excess(text, limits.TaskPatch.title.maxLength) > 0) return false;
	keepDraft(task.id, "title", null);
	const save = (text: string) =>
		saveText(store, store.tables.tasks.peek(task.id) ?? task, "title", text, draft);
	if (isPutAside) putAside(store, { ...draft, text }, save);
	else if (text !== "" && text !== draft.base) save(text);
	return true;
}
