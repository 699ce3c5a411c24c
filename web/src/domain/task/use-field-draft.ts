import type { Task } from "boardcast";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { useDraft } from "./use-draft";

interface Field {
	readonly store: ProjectStore;
	/** Whether tasks may be written at this moment. */
	mayWrite: () => boolean;
}

/**
 * The title of a task in a field that opens in its place; `opened` runs once the field is there. When the task is deleted, or may
 * not be written any more, what was typed is sent, and shown when it is refused. A field that only moves goes on being edited.
 */
export function useFieldDraft(
	{ store, mayWrite }: Field,
	task: Task,
	opened: (draft: ReturnType<typeof useDraft>) => void,
) {
	const draft = useDraft(store, task, "title");
	const latest = useRef(draft);
	latest.current = draft;
	useLayoutEffect(() => {
		draft.begin();
		opened(draft);
		return () => {
			if (!store.tables.tasks.peek(task.id) || !mayWrite()) latest.current.commit();
		};
	}, []);
	return draft;
}
