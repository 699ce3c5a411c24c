import type { Priority } from "boardcast";
import { CalendarDays, Plus } from "lucide-preact";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { task as taskWords } from "../../domain/task/messages";
import { PriorityMark } from "../../domain/task/priority-mark";
import type { Known } from "../../domain/task/quick-add-syntax";
import type { ProjectStore } from "../../live/store/project";
import { Avatar } from "../../ui/avatar";
import { Dot } from "../../ui/chip";
import { useCompletionList } from "../../ui/completion-list";
import { dayText } from "../../ui/day-text";
import { ui } from "../../ui/messages";
import { parseDay } from "../../ui/typed-day";
import { inserted, type Suggestion, suggestionsFor, tokenAt } from "./quick-suggest";
import { quickWords } from "./quick-words";
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

/** Completes a word with a sign. */
export function useSuggestions({ field, text, known, store, onText, onCreate }: Options) {
	const [caret, setCaret] = useState(text.length);
	const goal = useRef<number | undefined>(undefined);
	const token = tokenAt(text, caret);
	useLayoutEffect(() => {
		if (goal.current === undefined) return;
		field.current?.setSelectionRange(goal.current, goal.current);
		goal.current = undefined;
	});
	const take = (suggestion: Suggestion) => {
		if (!token) return;
		if (suggestion.kind === "create") onCreate(token.query);
		const next = inserted(text, token, suggestion);
		goal.current = next.caret;
		setCaret(next.caret);
		onText(next.text);
		field.current?.focus();
	};
	const completion = useCompletionList<Suggestion>({
		word: token && `${token.start} ${token.sign}${token.query}`,
		find: () => (token ? suggestionsFor(token, known, sayings(known)) : { all: [], first: -1 }),
		kind: token?.sign,
		label: quickWords.suggestionsTitle,
		counted: quickWords.suggestions,
		take,
		class: "floating quick-list",
		draw: (suggestion) => (
			<>
				<Picture suggestion={suggestion} store={store} />
				<span class="truncate" dir="auto">
					{suggestion.label}
				</span>
			</>
		),
	});
	return {
		...completion,
		look: () => setCaret(field.current?.selectionStart ?? 0),
		onKeyDown: (event: KeyboardEvent): boolean => {
			// A new line, and the way back.
			const isOther = event.shiftKey && (event.key === "Enter" || event.key === "Tab");
			return !isOther && completion.onKeyDown(event);
		},
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
