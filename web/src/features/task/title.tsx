import { useEffect, useRef } from "preact/hooks";
import { useDraft } from "../../components/task/use-draft";
import { task as words } from "../../lib/messages/task";
import { Clash } from "./clash";
import type { Part } from "./sheet";

export function Title({ store, task, write }: Part) {
	const draft = useDraft(store, task, "title");
	const latest = useRef(draft);
	latest.current = draft;
	// Closing the dialog saves as leaving the field does.
	useEffect(() => () => latest.current.commit(), []);
	if (!write) return <p class="task-title">{task.title}</p>;
	return (
		<>
			<textarea
				class="task-title task-title-field"
				data-field="title"
				aria-label={words.title}
				rows={1}
				maxLength={255}
				value={draft.text}
				onFocus={draft.begin}
				onInput={(event) => draft.change(event.currentTarget.value)}
				onBlur={draft.commit}
				onKeyDown={(event) => {
					if (event.key === "Escape" && draft.text !== draft.current) {
						event.preventDefault();
						draft.cancel();
					}
					if (event.key !== "Enter" || event.isComposing) return;
					event.preventDefault();
					event.currentTarget.blur();
				}}
			/>
			{draft.clash && <Clash draft={draft} />}
		</>
	);
}
