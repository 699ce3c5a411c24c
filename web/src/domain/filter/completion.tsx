import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { anchorTo } from "../../ui/anchor";
import { useCompletionList } from "../../ui/completion-list";
import { later } from "./later";
import { optionsOf } from "./options";
import type { ProjectFilter } from "./project-filter";
import { pieceAt, type Suggestion, suggestionsFor } from "./suggest";
import { asked } from "./wide";
import "./completion.css";

interface Props {
	filter: ProjectFilter;
	field: RefObject<HTMLInputElement | null>;
	text: string;
	onText: (text: string, caret?: number) => void;
}

/** The list below the words of a filter, while they have the focus: how a word may go on, and what is no filter. */
export function Completion({ filter, field, text, onText }: Props) {
	// It may come behind the first letters.
	const [caret, setCaret] = useState<number | undefined>(() => field.current?.selectionStart ?? undefined);
	const list = useRef<HTMLDivElement>(null);
	const piece = caret === undefined ? undefined : pieceAt(text, caret);
	const wrong = asked(text, filter.store).unknown.filter(
		(one) => !one.endsWith(text.slice(piece?.start ?? 0)),
	);
	const take = ({ insert }: Suggestion) => {
		if (!piece) return;
		// A suggestion brings its own blank.
		const rest = text.slice(piece.end).replace(/^ /, "");
		const next = piece.start + insert.length;
		onText(text.slice(0, piece.start) + insert + rest, next);
		setCaret(next);
	};
	const completion = useCompletionList<Suggestion>({
		word: piece && `${piece.start} ${text.slice(piece.start, piece.end)}`,
		find: () => ({
			all: piece ? suggestionsFor(piece, (kind) => optionsOf(filter, kind), { hints: later.hints }) : [],
			first: -1,
		}),
		kind: piece?.kind,
		label: later.suggestions,
		counted: later.suggested,
		take,
		draw: ({ of, label, detail }) => (
			<>
				{of && pictureOf(filter, of)}
				<span class="truncate" dir="auto">
					{label}
				</span>
				{detail && <span class="filter-hint">{detail}</span>}
			</>
		),
	});
	useLayoutEffect(() => {
		const element = field.current;
		if (!element) return undefined;
		const look = () => setCaret(element.selectionStart ?? undefined);
		const onKeyDown = (event: KeyboardEvent) => void (event.isComposing || completion.onKeyDown(event));
		element.addEventListener("keydown", onKeyDown, true);
		for (const type of ["input", "click", "keyup"]) element.addEventListener(type, look);
		return () => {
			element.removeEventListener("keydown", onKeyDown, true);
			for (const type of ["input", "click", "keyup"]) element.removeEventListener(type, look);
		};
	});
	const states = completion.field;
	useLayoutEffect(() => {
		for (const [attribute, value] of Object.entries(states)) {
			if (value) field.current?.setAttribute(attribute, value);
			else field.current?.removeAttribute(attribute);
		}
	}, [states["aria-controls"], states["aria-activedescendant"]]);
	const isOpen = completion.all.length + wrong.length > 0;
	useLayoutEffect(() => {
		if (!isOpen || !list.current) return;
		list.current.showPopover();
		anchorTo(list.current, field.current);
	}, [isOpen]);
	if (!isOpen) return null;
	return (
		<div ref={list} popover="manual" class="floating filter-suggestions">
			{wrong.map((one) => (
				<p key={one} role="status">
					{later.noFilter(one)}
				</p>
			))}
			{completion.list}
		</div>
	);
}

function pictureOf(filter: ProjectFilter, { kind, option }: NonNullable<Suggestion["of"]>) {
	return optionsOf(filter, kind).find(({ id }) => id === option)?.picture;
}
