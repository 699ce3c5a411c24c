import { useRef } from "preact/hooks";
import { endTitle } from "../../domain/task/typed-text";
import { useFieldDraft } from "../../domain/task/use-field-draft";
import { board as words } from "./messages";
import type { TitleProps } from "./title-waiting";
import { useLeaving } from "./use-leaving";

/** The title of a card, edited in its place. */
export function TitleField({ task, list, name, board }: TitleProps) {
	const ref = useRef<HTMLTextAreaElement>(null);
	const field = { store: board.store, mayWrite: () => board.rights.peek().write };
	const draft = useFieldDraft(field, task, (opened) => {
		ref.current?.focus();
		// What was typed before this field had come goes on.
		if (opened.text === task.title) ref.current?.select();
	});
	const leaving = useLeaving(board, task.id, ref, draft.commit);
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
				{...leaving}
				onInput={(event) => draft.change(event.currentTarget.value)}
				onDblClick={(event) => event.stopPropagation()}
				onKeyDown={(event) => {
					if (event.key !== "Enter" && event.key !== "Escape") return;
					event.preventDefault();
					event.stopPropagation();
					if (event.key === "Escape") draft.cancel();
					else if (!draft.commit()) return;
					board.editing.value = undefined;
					board.focus.follow(task.id, list);
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

/** A typing that has ended before the field had come: one that is too long goes on in it. */
export function endTyping({ task, list, board }: TitleProps, isPutAside: boolean): void {
	if (endTitle(board.store, task, isPutAside)) return;
	board.editing.value = { id: task.id, list };
}
