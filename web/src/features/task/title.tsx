import { useEffect, useRef } from "preact/hooks";
import { useDraft } from "../../domain/task/use-draft";
import { Conflict } from "./conflict";
import { titleDraft } from "./drafts";
import { KeptText } from "./kept-text";
import { task as words } from "./messages";
import type { Part } from "./part";

export function Title({ store, task, write }: Part) {
	const draft = useDraft(store, task, "title", { inPlace: write });
	const latest = useRef(draft);
	latest.current = draft;
	// Closing the dialog, or losing the right to write, saves the text, as leaving the field does.
	useEffect(() => () => void latest.current.commit(), []);
	useEffect(() => {
		if (!write) latest.current.commit();
	}, [write]);
	if (!write) {
		return (
			<>
				<p class="task-title" dir="auto">
					{task.title}
				</p>
				{draft.error && (
					<KeptText draft={titleDraft(task.id)} title={words.noTitleNow} onGone={draft.keepTheirs} />
				)}
			</>
		);
	}
	return (
		<>
			<textarea
				class="task-title task-title-field"
				data-field="title"
				aria-label={words.title}
				aria-invalid={draft.error ? true : undefined}
				dir="auto"
				rows={1}
				value={draft.text}
				onFocus={draft.begin}
				onInput={(event) => draft.change(event.currentTarget.value)}
				onBlur={() => void draft.commit()}
				onKeyDown={(event) => {
					if (event.key === "Escape" && draft.text !== draft.current) {
						event.preventDefault();
						draft.cancel();
					}
					if (event.key !== "Enter") return;
					event.preventDefault();
					event.currentTarget.blur();
				}}
			/>
			{draft.error && (
				<p class="field-error" role="alert">
					{draft.error}
				</p>
			)}
			{draft.conflict && <Conflict draft={draft} />}
		</>
	);
}
