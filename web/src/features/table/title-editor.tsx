import type { Task } from "boardcast";
import { useRef } from "preact/hooks";
import { nameOf } from "../../domain/task/names";
import { useFieldDraft } from "../../domain/task/use-field-draft";
import { editorKeys } from "./editor-keys";
import { table as words } from "./messages";
import type { TableModel } from "./model";

interface Props {
	model: TableModel;
	task: Task;
	/** Replaces the title; undefined: the title is changed. */
	typed: string | undefined;
}

/** The title of a task, typed in its cell. */
export function TitleEditor({ model, task, typed }: Props) {
	const field = useRef<HTMLInputElement>(null);
	const place = { store: model.store, mayWrite: () => model.rights.peek().write };
	const draft = useFieldDraft(place, task, ({ change }) => {
		if (typed !== undefined) change(typed);
		field.current?.focus();
		if (typed === undefined) field.current?.select();
	});
	return (
		<>
			<input
				ref={field}
				type="text"
				class="table-field"
				dir="auto"
				autocomplete="off"
				aria-label={words.titleOf(nameOf(model.store, task))}
				aria-invalid={draft.error ? true : undefined}
				value={draft.text}
				onInput={(event) => draft.change(event.currentTarget.value)}
				onBlur={() => {
					if (draft.commit()) model.stopEditing("title", task.id);
				}}
				onKeyDown={(event) => editorKeys(model, event, draft)}
			/>
			{draft.error && (
				<p class="table-wrong" role="alert">
					{draft.error}
				</p>
			)}
		</>
	);
}
