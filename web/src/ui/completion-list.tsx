import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { announce } from "../platform/announce";
import { cx } from "./cx";
import "./options.css";

interface Options<T> {
	/** What is completed, by its place and its text; undefined: nothing is. Another one is begun anew, and shown again. */
	word: string | undefined;
	/** What it may become, and which of it Enter takes before the arrows have moved; -1: none. */
	find: () => { all: readonly T[]; first: number };
	/** How many there are is said again when this changes too. */
	kind: unknown;
	label: string;
	counted: (count: number) => string;
	take: (chosen: T) => void;
	draw: (option: T) => ComponentChildren;
	class?: string;
	listRef?: RefObject<HTMLDivElement | null>;
}

/** The list below a text field that completes what is typed. The focus stays in the field, which hands its keys on. */
export function useCompletionList<T extends { id: string }>(options: Options<T>) {
	const { word, find, kind, label, counted, take, draw, listRef } = options;
	const [dismissed, setDismissed] = useState<string | undefined>(undefined);
	const [moved, setMoved] = useState<{ word: string; at: number } | undefined>(undefined);
	const id = useId();
	const { all, first } = word !== undefined && word !== dismissed ? find() : none;
	const at = moved && moved.word === word ? Math.min(moved.at, all.length - 1) : first;
	useEffect(() => {
		if (all.length > 0) announce(counted(all.length));
	}, [all.length, kind]);
	const chosen = all[at];
	return {
		all,
		at,
		/** Whether the list has used the key. */
		onKeyDown: (event: KeyboardEvent): boolean => {
			if (word === undefined || all.length === 0) return false;
			if (event.key === "ArrowDown") setMoved({ word, at: (at + 1) % all.length });
			else if (event.key === "ArrowUp") setMoved({ word, at: at <= 0 ? all.length - 1 : at - 1 });
			else if (event.key === "Escape") setDismissed(word);
			else if (chosen && (event.key === "Enter" || event.key === "Tab")) take(chosen);
			else return false;
			event.preventDefault();
			event.stopImmediatePropagation();
			return true;
		},
		/** What the field says of the list. */
		field: {
			"aria-autocomplete": "list" as const,
			"aria-controls": all.length > 0 ? id : undefined,
			"aria-activedescendant": chosen ? `${id}-${at}` : undefined,
		},
		list: all.length > 0 && (
			<div ref={listRef ?? null} id={id} role="listbox" aria-label={label} class={cx(options.class)}>
				{all.map((option, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, which keeps the focus
					// biome-ignore lint/a11y/useFocusableInteractive: the active option is named by aria-activedescendant
					<div
						key={option.id}
						id={`${id}-${index}`}
						role="option"
						aria-selected={index === at}
						class="option"
						data-current={index === at || undefined}
						onMouseDown={(event) => event.preventDefault()}
						onClick={() => take(option)}
					>
						{draw(option)}
					</div>
				))}
			</div>
		),
	};
}

const none = { all: [], first: -1 };
