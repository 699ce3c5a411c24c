import { Search } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Completion } from "./completion-part";
import { filters as words } from "./messages";
import type { ProjectFilter } from "./project-filter";

/** Where keys go that filter by words. */
export const filterField = "filter-words";
const typingPause = 200;

interface Props {
	filter: ProjectFilter;
	/** It takes the focus when the dialog around it opens. */
	first?: boolean;
}

/** Filters once the typing pauses, so that long boards do not stutter. */
export function Words({ filter, first = false }: Props) {
	const value = filter.value.text;
	const [text, setText] = useState(value);
	const [focused, setFocused] = useState(false);
	const field = useRef<HTMLInputElement>(null);
	const caret = useRef<number | undefined>(undefined);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	const change = (next: string, at?: number) => {
		caret.current = at;
		setText(next);
		clearTimeout(timer.current);
		timer.current = setTimeout(() => filter.change({ text: next.trim() }), typingPause);
	};
	useEffect(() => {
		if (document.activeElement?.id !== filterField || value === "") setText(value);
	}, [value]);
	useLayoutEffect(() => {
		const at = caret.current;
		caret.current = undefined;
		if (at !== undefined) field.current?.setSelectionRange(at, at);
	});
	return (
		<span class="bar-search">
			<Search size={14} aria-hidden="true" />
			<input
				ref={field}
				id={filterField}
				type="search"
				dir="auto"
				autocomplete="off"
				autofocus={first}
				aria-autocomplete="list"
				aria-label={words.filterHint}
				placeholder={words.filterHint}
				value={text}
				onInput={(event) => change(event.currentTarget.value)}
				onFocus={() => setFocused(true)}
				onBlur={() => setFocused(false)}
				onKeyDown={(event) => {
					if (event.key !== "Escape") return;
					clearTimeout(timer.current);
					setText("");
					filter.change({ text: "" });
					event.currentTarget.blur();
				}}
			/>
			{focused && <Completion filter={filter} field={field} text={text} onText={change} />}
		</span>
	);
}
