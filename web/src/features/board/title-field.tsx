import { useRef } from "preact/hooks";
import { useFieldDraft } from "../../domain/task/use-field-draft";
import { board as words } from "./messages";
import { endedBy, type TitleProps } from "./title-waiting";

/** The title of a card, edited in its place. */
export function TitleField({ task, list, name, board }: TitleProps) {
	const ref = useRef<HTMLTextAreaElement>(null);
	const field = { store: board.store, mayWrite: () => board.rights.peek().write };
	const draft = useFieldDraft(field, task, (opened) => {
		ref.current?.focus();
		// What was typed before this field had come goes on, and so does the key that ended it.
		if (opened.text === task.title) ref.current?.select();
		const key = endedBy(task.id);
		if (key) finish(key, opened);
	});
	const finish = (key: string, { cancel, commit }: Pick<typeof draft, "cancel" | "commit">) => {
		if (key === "Escape") cancel();
		else if (!commit()) return;
		close(true);
	};
	const close = (focus: boolean) => {
		board.editing.value = undefined;
		if (focus) board.focus.follow(task.id, list);
	};
	return (
		<>
			<textarea
				ref={ref}
				class="card-title card-field"
				dir="auto"
				aria-label={words.editTitle(name)}
				aria-invalid={draft.error ? true : undefined}
				rows={1}
				value={draft.text}
				onInput={(event) => draft.change(event.currentTarget.value)}
				onBlur={() => {
					if (draft.commit()) close(false);
				}}
				onDblClick={(event) => event.stopPropagation()}
				onKeyDown={(event) => {
					if (event.key !== "Enter" && event.key !== "Escape") return;
					event.preventDefault();
					event.stopPropagation();
					finish(event.key, draft);
				}}
			/>
			{draft.error && (
				<p class="field-error" role="alert">
					{draft.error}
				</p>
			)}
		</>
	);
}
