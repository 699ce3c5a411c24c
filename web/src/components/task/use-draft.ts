import { useRef, useState } from "preact/hooks";
import type { Task } from "../../lib/api/types";
import type { ProjectStore } from "../../lib/store/project";
import { type Draft, keepDraft, readDraft, standing } from "../../lib/tasks/drafts";
import { patchTask } from "../../lib/tasks/edits";

type Field = "title" | "description";

/** Editing one text of a task: remote changes never touch what is being typed, and a clash shows both texts. */
export function useDraft(store: ProjectStore, task: Task, field: Field) {
	const current = task[field] ?? "";
	const found = useRef<Draft | null | undefined>(undefined);
	if (found.current === undefined) found.current = readDraft(task.id, field);
	const left = standing(found.current, current);
	const [draft, setDraft] = useState<Draft | null>(left === "none" ? null : found.current);
	const [clash, setClash] = useState(left === "conflict");

	const keep = (next: Draft | null) => {
		setDraft(next);
		keepDraft(task.id, field, next);
	};
	const stop = () => {
		keep(null);
		setClash(false);
	};
	const save = (text: string, base: Draft) => {
		stop();
		if (text === base.base && text === current) return;
		patchTask(
			store,
			task,
			{ [field]: text },
			{
				base: base.version,
				refused: (problem) => {
					const kept = { ...base, text };
					// Refused for whatever reason: what was typed is not lost.
					keep(kept);
					if (problem.code !== "version_conflict") return false;
					setClash(true);
					return true;
				},
			},
		);
	};
	return {
		/** What the field shows. */
		text: draft?.text ?? current,
		editing: draft !== null,
		/** Both changed it: `draft.text` is ours, `current` theirs. */
		clash: clash && draft !== null,
		current,
		begin: () => {
			if (draft === null) setDraft({ text: current, base: current, version: task.version });
		},
		change: (text: string) => {
			const base = draft ?? { base: current, version: task.version };
			keep({ ...base, text });
		},
		/** Save what was typed; an empty title is no title. */
		commit: () => {
			if (draft === null || clash) return;
			const text = field === "title" ? draft.text.replace(/\s+/g, " ").trim() : draft.text;
			if ((field === "title" && text === "") || text === draft.base) return stop();
			save(text, draft);
		},
		cancel: stop,
		keepMine: () => {
			if (draft) save(draft.text, { text: draft.text, base: current, version: task.version });
		},
		keepTheirs: stop,
	};
}
