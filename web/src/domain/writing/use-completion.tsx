import type { RefObject } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { announce } from "../../platform/announce";
import { Avatar } from "../../ui/avatar";
import { nameOf } from "../task/names";
import { apply } from "./apply";
import { type Suggestion, suggestionsFor, type Token, tokenAt } from "./completion";
import { writing as words } from "./messages";
import "../../ui/options.css";

interface Options {
	field: RefObject<HTMLTextAreaElement | null>;
	text: string;
	store: ProjectStore;
}

/** The list below the field that completes a word with a sign. The focus stays in the field. */
export function useCompletion({ field, text, store }: Options) {
	/** Where the caret is while the person types; undefined while they do something else. */
	const [caret, setCaret] = useState<number | undefined>(undefined);
	const [dismissed, setDismissed] = useState<string | undefined>(undefined);
	const [moved, setMoved] = useState<{ token: string; at: number } | undefined>(undefined);
	const list = useRef<HTMLDivElement>(null);
	const id = useId();
	const token = caret === undefined ? undefined : tokenAt(text, caret);
	const name = token && `${token.start} ${token.sign}${token.query}`;
	const all = token && name !== dismissed ? suggestionsFor(token, knownIn(store)) : [];
	const at = moved && moved.token === name ? Math.min(moved.at, all.length - 1) : 0;
	useEffect(() => {
		if (all.length > 0) announce(words.suggestionCount(all.length));
	}, [all.length, token?.sign]);
	useEffect(() => {
		list.current?.scrollIntoView({ block: "nearest" });
	}, [all.length]);
	useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
	const take = ({ start, end }: Token, { insert }: Suggestion) => {
		const element = field.current;
		if (!element) return;
		// The suggestion brings its own space.
		const to = text[end] === " " ? end + 1 : end;
		const caret = start + insert.length;
		apply(element, { from: start, to, text: insert, select: [caret, caret] });
		setCaret(undefined);
	};
	return {
		/** The text or the place in it has changed. */
		look: () => setCaret(field.current?.selectionStart),
		leave: () => setCaret(undefined),
		/** Whether the list has used the key. */
		onKeyDown: (event: KeyboardEvent): boolean => {
			const chosen = all[at];
			if (!token || !chosen) return false;
			const modified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
			const to = (index: number) => setMoved({ token: name ?? "", at: (index + all.length) % all.length });
			if (modified) return false;
			if (event.key === "ArrowDown") to(at + 1);
			else if (event.key === "ArrowUp") to(at - 1);
			else if (event.key === "Escape") setDismissed(name);
			else if (event.key === "Enter" || event.key === "Tab") take(token, chosen);
			else return false;
			event.preventDefault();
			event.stopPropagation();
			return true;
		},
		field: {
			"aria-autocomplete": "list" as const,
			"aria-controls": all.length > 0 ? id : undefined,
			"aria-activedescendant": all[at] ? `${id}-${at}` : undefined,
		},
		list: token && all.length > 0 && (
			<div ref={list} id={id} role="listbox" aria-label={words.suggestions} class="floating composer-list">
				{all.map((suggestion, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, which keeps the focus
					// biome-ignore lint/a11y/useFocusableInteractive: the active option is named by aria-activedescendant
					<div
						key={suggestion.id}
						id={`${id}-${index}`}
						role="option"
						aria-selected={index === at}
						class="option"
						data-current={index === at || undefined}
						onMouseDown={(event) => event.preventDefault()}
						onClick={() => take(token, suggestion)}
					>
						{token.sign === "@" && <Avatar id={suggestion.id} name={suggestion.label} size="s" decorative />}
						<span class={suggestion.detail === undefined ? "truncate" : "task-name"} dir="auto">
							{suggestion.label}
						</span>
						{suggestion.detail !== undefined && (
							<span class="truncate" dir="auto">
								{suggestion.detail}
							</span>
						)}
					</div>
				))}
			</div>
		),
	};
}

function knownIn(store: ProjectStore) {
	const { members, tasks } = store.tables;
	return {
		members: members.peekAll(),
		tasks: tasks.peekAll().filter((task) => task.archived_at === null),
		nameOf: (task: { number: number }) => nameOf(store, task),
	};
}
