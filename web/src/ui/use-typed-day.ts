import type { Day } from "boardcast";
import { useEffect, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { today } from "../platform/i18n/dates";
import { shortened } from "../platform/text";
import { toast } from "../platform/toasts";
import { dayText } from "./day-text";
import { ui } from "./messages";
import { parseDay } from "./typed-day";

interface Options {
	value: Day | null;
	onPick: (value: Day | null) => void;
	/** What was typed before the field was there. */
	begun?: string | undefined;
}

/**
 * A day that is typed in words. Enter and leaving the field take it; what is not understood stays in the field, which says
 * so. Escape brings back the day that is set.
 */
export function useTypedDay({ value, onPick, begun }: Options) {
	const [typed, setTyped] = useState<string | null>(begun ?? null);
	const [left, setLeft] = useState(false);
	const shown = value === null ? "" : dayText(value);
	/** The same without waiting for the next rendering: Enter and the loss of the focus follow each other at once. */
	const now = useRef<string | null>(begun ?? null);
	const set = (text: string | null) => {
		now.current = text;
		setTyped(text);
		setLeft(false);
	};
	/** Whether nothing is left to take. */
	const commit = (): boolean => {
		const text = now.current?.trim();
		if (text === undefined) return true;
		const day = text === "" ? null : parseDay(text, today());
		if (day === undefined && text !== shown) {
			setLeft(true);
			return false;
		}
		set(null);
		if (day !== undefined && day !== value) onPick(day);
		return true;
	};
	const latest = useRef(commit);
	latest.current = commit;
	useEffect(
		() => () => {
			const text = now.current;
			if (!latest.current() && text) toast({ text: common.putAside(shortened(text)), detail: ui.notADay });
		},
		[],
	);
	const understood = typed?.trim() ? parseDay(typed, today()) : undefined;
	return {
		text: typed ?? shown,
		/** What the typed text means, for a hint. */
		meaning:
			understood !== undefined && typed?.trim() !== dayText(understood) ? dayText(understood) : undefined,
		error: left && typed !== null && understood === undefined ? ui.notADay : undefined,
		commit,
		/** Another way was found to pick a day: what was typed is not taken any more. */
		forget: () => set(null),
		field: {
			type: "text" as const,
			autocomplete: "off",
			value: typed ?? shown,
			placeholder: ui.typeDay,
			onInput: (event: { currentTarget: HTMLInputElement }) => set(event.currentTarget.value),
			onBlur: () => void commit(),
		},
		/** Whether the field has used the key. */
		onKeyDown: (event: KeyboardEvent): boolean => {
			if (now.current === null || (event.key !== "Enter" && event.key !== "Escape")) return false;
			event.preventDefault();
			event.stopPropagation();
			if (event.key === "Escape") set(null);
			else commit();
			return true;
		},
	};
}
