import { Search } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { search } from "./messages";

export const fieldId = "search-field";
/** How long the typing pauses before the server is asked, in ms. */
const pause = 200;

/** Searches once the typing pauses, and at once on Enter. */
export function Field({ value, onText }: { value: string; onText: (text: string) => void }) {
	const [text, setText] = useState(value);
	const field = useRef<HTMLInputElement>(null);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	useLayoutEffect(() => {
		if (value === "") field.current?.focus();
		return () => clearTimeout(timer.current);
	}, []);
	// The address changes by itself too: a link, or the way back.
	useEffect(() => {
		if (document.activeElement !== field.current) setText(value);
	}, [value]);
	const send = (next: string) => {
		clearTimeout(timer.current);
		onText(next.trim());
	};
	return (
		<span class="search-field">
			<Search size={16} aria-hidden="true" />
			<input
				ref={field}
				id={fieldId}
				type="search"
				dir="auto"
				class="input"
				autocomplete="off"
				spellcheck={false}
				enterkeyhint="search"
				aria-label={search.field}
				placeholder={search.field}
				value={text}
				onInput={(event) => {
					const next = event.currentTarget.value;
					setText(next);
					clearTimeout(timer.current);
					timer.current = setTimeout(() => send(next), pause);
				}}
				onKeyDown={(event) => {
					if (event.key === "Enter") send(event.currentTarget.value);
					if (event.key !== "ArrowDown") return;
					const first = document.querySelector<HTMLElement>(".search-results a");
					if (!first) return;
					event.preventDefault();
					first.focus();
				}}
			/>
		</span>
	);
}
