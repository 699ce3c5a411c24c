import { pasteFiles } from "../../domain/attachment/paste";
import { instance } from "../../live/session";
import type { Part } from "./part";

/** What a field does with the images that are pasted into it; undefined where none can be uploaded. */
export function filesInto({ store, task, write }: Part) {
	if (!write || instance.value?.attachment_limit === undefined) return undefined;
	return (files: File[], field: HTMLTextAreaElement) => pasteFiles(store.id, task.id, files, field);
}
