import type { RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { announce } from "../../platform/announce";
import { anchorTo } from "../../ui/anchor";
import { later } from "./later";
import { optionsOf } from "./options";
import type { ProjectFilter } from "./project-filter";
import { pieceAt, type Suggestion, suggestionsFor } from "./suggest";
import { asked } from "./wide";
import "../../ui/options.css";
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
	const [dismissed, setDismissed] = useState<string | undefined>(undefined);
	const [moved, setMoved] = useState<{ name: string; at: number } | undefined>(undefined);
	const id = useId();
	const list = useRef<HTMLDivElement>(null);
	const piece = caret === undefined ? undefined : pieceAt(text, caret);
	const name = piece && `${piece.start} ${text.slice(piece.start, piece.end)}`;
	const all =
		piece && name !== dismissed
			? suggestionsFor(piece, (kind) => optionsOf(filter, kind), { hints: later.hints })
			: [];
	const at = moved && moved.name === name ? Math.min(moved.at, all.length - 1) : -1;
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
	useLayoutEffect(() => {
		const element = field.current;
		if (!element) return undefined;
		const look = () => setCaret(element.selectionStart ?? undefined);
		const onKeyDown = (event: KeyboardEvent) => {
			const chosen = all[at];
			const to = (index: number) => setMoved({ name: name ?? "", at: (index + all.length) % all.length });
			if (all.length === 0 || event.isComposing) return;
			if (event.key === "ArrowDown") to(at + 1);
			else if (event.key === "ArrowUp") to(at < 0 ? all.length - 1 : at - 1);
			else if (event.key === "Escape") setDismissed(name);
			else if (chosen && (event.key === "Enter" || event.key === "Tab")) take(chosen);
			else return;
			event.preventDefault();
			event.stopImmediatePropagation();
		};
		element.addEventListener("keydown", onKeyDown, true);
		for (const type of ["input", "click", "keyup"]) element.addEventListener(type, look);
		return () => {
			element.removeEventListener("keydown", onKeyDown, true);
			for (const type of ["input", "click", "keyup"]) element.removeEventListener(type, look);
		};
	});
	const isOpen = all.length + wrong.length > 0;
	useLayoutEffect(() => {
		const element = field.current;
		const states = {
			"aria-controls": all.length > 0 ? id : "",
			"aria-activedescendant": all[at] ? `${id}-${at}` : "",
		};
		for (const [attribute, value] of Object.entries(states)) {
			if (value) element?.setAttribute(attribute, value);
			else element?.removeAttribute(attribute);
		}
	}, [id, all.length, at]);
	useLayoutEffect(() => {
		if (!isOpen || !list.current) return;
		list.current.showPopover();
		anchorTo(list.current, field.current);
	}, [isOpen]);
	useEffect(() => {
		if (all.length > 0) announce(later.suggested(all.length));
	}, [all.length, piece?.kind]);
	if (!isOpen) return null;
	return (
		<div ref={list} popover="manual" class="floating filter-suggestions">
			{wrong.map((one) => (
				<p key={one} role="status">
					{later.noFilter(one)}
				</p>
			))}
			{all.length > 0 && (
				<div id={id} role="listbox" aria-label={later.suggestions}>
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
							onClick={() => take(suggestion)}
						>
							{suggestion.of && pictureOf(filter, suggestion.of)}
							<span class="truncate" dir="auto">
								{suggestion.label}
							</span>
							{suggestion.detail && <span class="filter-hint">{suggestion.detail}</span>}
						</div>
					))}
				</div>
			)}
		</div>
	);
}

function pictureOf(filter: ProjectFilter, { kind, option }: NonNullable<Suggestion["of"]>) {
	return optionsOf(filter, kind).find(({ id }) => id === option)?.picture;
}
