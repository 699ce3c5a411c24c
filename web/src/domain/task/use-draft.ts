import { limits, type Task, type TaskText } from "boardcast";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { changeRefused, discardRefused, refusedAt, sendAgain, showInPlace } from "../../live/refused-texts";
import type { ProjectStore } from "../../live/store/project";
import { useLastEditor } from "../../live/use-last-editor";
import { type Draft, draftState, keepDraft, readDraft } from "../../platform/drafts";
import { common } from "../../platform/i18n/common";
import { excess, oneLine } from "../../platform/text";
import { putAside, saveText } from "./typed-text";

type Field = "title" | "description";

interface Options {
	/** What is read with the task alone. */
	text?: TaskText | undefined;
	/** The screen shows a refusal itself, beside the field. */
	inPlace?: boolean;
}

/** Edits one text of a task. Changes by others do not touch the typed text; a conflict shows both texts. */
export function useDraft(
	store: ProjectStore,
	task: Task,
	field: Field,
	{ text: read, inPlace }: Options = {},
) {
	const current = field === "title" ? task.title : (read?.description ?? "");
	/** The latest event that the shown text is known to have. */
	const version = Math.max(task.version, read?.version ?? 0);
	const refusal = useRefusal(task.id, field, inPlace ?? false);
	const refused = inPlace ? refusal.value : undefined;
	const who = useLastEditor(store, "tasks", task.id)(field);
	const found = useRef<Draft | null | undefined>(undefined);
	if (found.current === undefined) found.current = readDraft(task.id, field);
	const left = draftState(found.current, current);
	const [shown, setShown] = useState<Draft | null>(left === "none" ? null : found.current);
	/** The same without waiting for the next rendering: Enter and the loss of the focus follow each other at once. */
	const draft = useRef(shown);
	// Without a place for both texts it is sent: the server refuses it, and a toast shows them.
	const [contested, setContested] = useState(left === "conflict" && inPlace === true);

	const set = (next: Draft | null) => {
		draft.current = next;
		setShown(next);
	};
	const keep = (next: Draft | null) => {
		set(next);
		keepDraft(task.id, field, next);
	};
	const stop = () => {
		keep(null);
		setContested(false);
	};
	const save = (text: string, base: Draft) => {
		stop();
		if (text !== base.base || text !== current) saveText(store, task, field, text, base);
	};
	const text = refused?.typed.text ?? shown?.text ?? current;
	const isBlankTitle = field === "title" && text.trim() === "";
	const over = excess(text, limits.TaskPatch[field].maxLength);
	return {
		/** The text of the field. */
		text,
		editing: shown !== null,
		/** Another person changed the text too, or the own one was refused: `text` is the own text, `current` theirs. */
		conflict: refused !== undefined || (contested && shown !== null),
		/** The text with which the typing began, where it is known. */
		base: refused ? refused.typed.was : shown?.base,
		/** Who wrote `current`, where it was seen. */
		who,
		/** Why the own text was refused. */
		reason: refused?.reason,
		current,
		/** Why the text cannot be saved as it is. */
		error: over > 0 ? common.tooLong(limits.TaskPatch[field].maxLength, over) : undefined,
		/** A title needs a text: this one cannot be kept. */
		isBlankTitle,
		begin: () => {
			if (draft.current === null) set({ text: current, base: current, version });
		},
		change: (next: string) => {
			if (refused) return changeRefused(refused, next);
			keep({ ...(draft.current ?? { base: current, version }), text: next });
		},
		/** Save the typed text, unless it is too long; an empty title is not saved. Returns whether nothing is left to save. */
		commit: (): boolean => {
			const now = draft.current;
			if (now === null || contested || refused) return true;
			const typed = field === "title" ? oneLine(now.text) : now.text;
			if (excess(typed, limits.TaskPatch[field].maxLength) > 0) return false;
			if ((field === "title" && typed === "") || typed === now.base) stop();
			else save(typed, now);
			return true;
		},
		/** Put the typed text aside; a toast brings it back. */
		cancel: () => {
			const now = draft.current;
			stop();
			putAside(store, now, (text) => now && save(text, now));
		},
		keepMine: () => {
			// Both together are edited in a field of several lines, which may be empty.
			if (isBlankTitle) return;
			if (refused) return sendAgain(refused);
			const now = draft.current;
			if (!now) return;
			const typed = field === "title" ? oneLine(now.text) : now.text;
			save(typed, { text: typed, base: current, version });
		},
		keepTheirs: () => {
			if (refused) discardRefused(refused);
			stop();
		},
	};
}

/** The refusal of a field, which this screen shows from now on in place of a toast. */
function useRefusal(id: string, field: Field, inPlace: boolean) {
	const place = useMemo(
		() => ({ kind: field === "title" ? "tasks" : "task_texts", id, field }) as const,
		[id, field],
	);
	const refusal = useMemo(() => refusedAt(place), [place]);
	useEffect(() => (inPlace ? showInPlace(place) : undefined), [place, inPlace]);
	return refusal;
}
