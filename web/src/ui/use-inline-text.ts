import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { excess, oneLine, shortened } from "../platform/text";
import { toast } from "../platform/toasts";

interface Options {
	/** The text that the field has without the typing. */
	current: string;
	/** The version of its object. */
	version: number;
	limit: number;
	/** `base` is the version at which the typing began. */
	save: (text: string, base: number) => void;
	/** The editing has ended; `byKey`: the focus may go where it was. */
	onDone?: (byKey: boolean) => void;
}

/**
 * A text of one line that is edited in its place. Enter, leaving the field and the end of the field save it, once; Escape puts
 * it aside, and a toast brings it back. A text that is too long stays in the field, which says so.
 */
export function useInlineText({ current, version, limit, save, onDone }: Options) {
	const [text, setText] = useState<string | null>(null);
	/** The same without waiting for the next rendering: Enter and the loss of the focus follow each other at once. */
	const typed = useRef<{ text: string; base: string; version: number } | null>(null);
	const latest = useRef({ limit, save });
	latest.current = { limit, save };
	const set = (next: string | null) => {
		if (next === null) typed.current = null;
		else typed.current = { ...(typed.current ?? { base: current, version }), text: next };
		setText(next);
	};
	/** Whether nothing is left to save. */
	const commit = (atEnd = false): boolean => {
		const now = typed.current;
		if (!now) return true;
		const wanted = oneLine(now.text);
		// At the end of the field there is no other place for it: the server refuses it, and then it is shown.
		if (!atEnd && excess(wanted, latest.current.limit) > 0) return false;
		typed.current = null;
		if (wanted && wanted !== now.base) latest.current.save(wanted, now.version);
		return true;
	};
	useEffect(() => () => void commit(true), []);
	const finish = (byKey: boolean) => {
		if (!commit()) return;
		setText(null);
		onDone?.(byKey);
	};
	const cancel = () => {
		const now = typed.current;
		set(null);
		onDone?.(true);
		if (!now || now.text === now.base || now.text.trim() === "") return;
		toast({
			text: common.putAside(shortened(now.text)),
			undo: () => save(oneLine(now.text), now.version),
		});
	};
	const shown = text ?? current;
	const over = excess(shown, limit);
	return {
		value: shown,
		error: over > 0 ? common.tooLong(limit, over) : undefined,
		onText: set,
		onBlur: () => finish(false),
		onKeyDown: (event: KeyboardEvent) => {
			if (event.key === "Escape" && typed.current === null && !onDone) return;
			if (event.key !== "Enter" && event.key !== "Escape") return;
			event.preventDefault();
			event.stopPropagation();
			if (event.key === "Enter") finish(true);
			else cancel();
		},
	};
}
