import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { folded } from "../platform/text";
import "./options.css";
import "./combobox.css";

interface Choice {
	id: string;
	label: string;
	picture?: ComponentChildren;
	/** How many things it stands for. */
	count?: number;
}
interface Props {
	label: string;
	choices: readonly Choice[];
	/** Ids of the picked choices. */
	picked: readonly string[];
	onToggle: (id: string) => void;
	placeholder?: string;
	onText?: (text: string) => void;
}

/** A list that typing filters; arrows move in it and Enter toggles. To be put into a popover or a dialog. */
export function Combobox({ label, choices, picked, onToggle, placeholder, onText }: Props) {
	const [text, setText] = useState("");
	const [at, setAt] = useState(0);
	const list = useRef<HTMLDivElement>(null);
	const id = useId();
	const wanted = folded(text.trim());
	const found = choices.filter((choice) => folded(choice.label).includes(wanted));
	const current = Math.min(at, found.length - 1);
	useEffect(() => list.current?.children[current]?.scrollIntoView({ block: "nearest" }), [current]);
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === "ArrowDown") setAt((current + 1) % Math.max(1, found.length));
		else if (event.key === "ArrowUp") setAt((current - 1 + found.length) % Math.max(1, found.length));
		else if (event.key === "Enter" && found[current]) onToggle(found[current].id);
		else return;
		event.preventDefault();
	};
	return (
		<div class="combobox">
			<input
				class="input"
				role="combobox"
				aria-expanded="true"
				aria-controls={id}
				aria-autocomplete="list"
				aria-activedescendant={found[current] ? `${id}-${found[current].id}` : undefined}
				aria-label={label}
				dir="auto"
				placeholder={placeholder ?? common.search}
				autocomplete="off"
				value={text}
				onInput={(event) => {
					setText(event.currentTarget.value);
					setAt(0);
					onText?.(event.currentTarget.value);
				}}
				onKeyDown={onKeyDown}
			/>
			<div
				ref={list}
				id={id}
				role="listbox"
				aria-label={label}
				aria-multiselectable="true"
				class="combobox-list"
			>
				{found.map((choice, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, which keeps the focus
					// biome-ignore lint/a11y/useFocusableInteractive: the active option is named by aria-activedescendant
					<div
						key={choice.id}
						id={`${id}-${choice.id}`}
						role="option"
						aria-selected={picked.includes(choice.id)}
						class="option"
						data-current={index === current || undefined}
						onMouseDown={(event) => event.preventDefault()}
						onClick={() => onToggle(choice.id)}
					>
						{choice.picture}
						<span class="truncate" dir="auto" title={choice.label}>
							{choice.label}
						</span>
						{choice.count !== undefined && <span class="combobox-count">{choice.count}</span>}
						{picked.includes(choice.id) && <span class="menu-check" aria-hidden="true" />}
					</div>
				))}
			</div>
			{found.length === 0 && <p class="combobox-none">{common.nothingFound}</p>}
		</div>
	);
}
