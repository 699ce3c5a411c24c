import { apply, stateOf } from "../writing/apply";
import { insertion } from "../writing/edit";
import { markdownOf } from "./addresses";
import { placeholder } from "./placeholder";
import { uploadFiles } from "./uploads";

/** Uploads images that were pasted into a text. Each has a placeholder there until it is known by its id. */
export function pasteFiles(project: string, task: string, files: File[], field: HTMLTextAreaElement): void {
	for (const file of files.filter(({ type }) => type.startsWith("image/"))) {
		const [upload] = uploadFiles(project, task, [file], (attachment) => {
			// One that is too large has failed before its placeholder is there.
			queueMicrotask(() => {
				const words = upload && placeholder(file.name, upload.id);
				if (words) replace(field, words, attachment ? markdownOf(attachment) : "");
			});
		});
		if (upload) apply(field, insertion(stateOf(field), `${placeholder(file.name, upload.id)}\n`));
	}
}

/** Without taking the focus, and with the caret where it is in the text. */
function replace(field: HTMLTextAreaElement, words: string, by: string): void {
	const { text, start, end } = stateOf(field);
	const from = text.indexOf(words);
	if (from < 0 || !field.isConnected) return;
	const to = from + words.length;
	const moved = (at: number) => (at >= to ? at + by.length - words.length : Math.min(at, from + by.length));
	const select = [moved(start), moved(end)] as const;
	if (document.activeElement === field) apply(field, { from, to, text: by, select });
	else {
		field.setRangeText(by, from, to, "preserve");
		field.dispatchEvent(new Event("input", { bubbles: true }));
	}
}
