import type { Priority } from "@boardcast/client";
import { CalendarDays, Plus } from "lucide-preact";
import type { RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { task as taskWords } from "../../domain/task/messages";
import { PriorityMark } from "../../domain/task/priority-mark";
import type { Known } from "../../domain/task/quick-add-syntax";
import type { ProjectStore } from "../../live/store/project";
import { announce } from "../../platform/announce";
import { Avatar } from "../../ui/avatar";
import { Dot } from "../../ui/chip";
import { dayText } from "../../ui/day-text";
import { ui } from "../../ui/messages";
import { parseDay } from "../../ui/typed-day";
import { inserted, type Suggestion, suggestionsFor, type Token, tokenAt } from "./quick-suggest";
import { quickWords } from "./quick-words";
import "../../ui/options.css";
import "./quick-suggest.css";

interface Options {
	field: RefObject<HTMLTextAreaElement | null>;
	text: string;
	known: Known & { mayCreate: boolean };
	store: ProjectStore;
	onText: (text: string) => void;
	/** A label that is not there yet was chosen. */
	onCreate: (name: string) => void;
}

/** The list below a text field that completes a word with a sign. The focus stays in the field. */
export function useSuggestions({ field, text, known, store, onText, onCreate }: Options) {
	const [caret, setCaret] = useState(text.length);
	const [dismissed, setDismissed] = useState<string | undefined>(undefined);
	const [moved, setMoved] = useState<{ token: string; at: number } | undefined>(undefined);
	const goal = useRef<number | undefined>(undefined);
	const id = useId();
	const token = tokenAt(text, caret);
	const name = token && `${token.start} ${token.sign}${token.query}`;
	const found = token && name !== dismissed ? suggestionsFor(token, known, sayings(known)) : undefined;
	const all = found?.all ?? [];
	const at = moved && moved.token === name ? Math.min(moved.at, all.length - 1) : (found?.first ?? -1);
	useLayoutEffect(() => {
		if (goal.current === undefined) return;
		field.current?.setSelectionRange(goal.current, goal.current);
		goal.current = undefined;
	});
	useEffect(() => {
		if (all.length > 0) announce(quickWords.suggestions(all.length));
	}, [all.length, token?.sign]);
	const look = () => setCaret(field.current?.selectionStart ?? 0);
	const take = (token: Token, suggestion: Suggestion) => {
		if (suggestion.kind === "create") onCreate(token.query);
		const next = inserted(text, token, suggestion);
		goal.current = next.caret;
		setCaret(next.caret);
		onText(next.text);
		field.current?.focus();
	};
	return {
		look,
		/** Whether the list has used the key. */
		onKeyDown: (event: KeyboardEvent): boolean => {
			if (!token || all.length === 0) return false;
			const chosen = all[at];
			if (event.key === "ArrowDown") setMoved({ token: name ?? "", at: (at + 1) % all.length });
			else if (event.key === "ArrowUp")
				setMoved({ token: name ?? "", at: at <= 0 ? all.length - 1 : at - 1 });
			else if (event.key === "Escape") setDismissed(name);
			else if (chosen && !event.shiftKey && (event.key === "Enter" || event.key === "Tab"))
				take(token, chosen);
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
			<div id={id} role="listbox" aria-label={quickWords.suggestionsTitle} class="floating quick-list">
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
						<Picture suggestion={suggestion} store={store} />
						<span class="truncate" dir="auto">
							{suggestion.label}
						</span>
					</div>
				))}
			</div>
		),
	};
}

function sayings({ today }: Known) {
	return {
		priority: (priority: Priority) => taskWords.priorityName(priority),
		create: quickWords.createLabel,
		days: ui.typedDays.flatMap((text) => {
			const day = parseDay(text, today);
			return day === undefined ? [] : [[text, `${text} · ${dayText(day)}`, day] as const];
		}),
	};
}

function Picture({ suggestion, store }: { suggestion: Suggestion; store: ProjectStore }) {
	const { kind, id, label } = suggestion;
	if (kind === "person") return <Avatar id={id} name={label} size="s" decorative />;
	if (kind === "label") return <Dot colour={store.tables.labels.peek(id)?.colour ?? ""} />;
	if (kind === "priority") return <PriorityMark priority={suggestion.priority} decorative />;
	const Icon = kind === "create" ? Plus : CalendarDays;
	return <Icon size={14} aria-hidden="true" />;
}
