import { signal } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { shown } from "../lib/actions/keys";
import type { Action } from "../lib/actions/registry";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";
import { commandsNow, type Entry, entries } from "./palette-entries";
import "./palette.css";

/** The commands of the moment it was opened; undefined while it is closed. */
export const palette = signal<readonly Action[] | undefined>(undefined);

export function openPalette(): void {
	palette.value = commandsNow().filter((action) => action.id !== "help.palette");
}

/** Type what to do or where to go, Enter does it. */
export function Palette({ commands }: { commands: readonly Action[] }) {
	const [text, setText] = useState("");
	const [at, setAt] = useState(0);
	const list = useRef<HTMLDivElement>(null);
	const id = useId();
	const found = entries(text, commands);
	const current = Math.min(at, found.length - 1);
	useEffect(() => list.current?.children[current]?.scrollIntoView({ block: "nearest" }), [current]);
	const close = () => {
		palette.value = undefined;
	};
	const choose = (entry: Entry | undefined) => {
		close();
		// After the dialog has given the focus back: the command works on what has it.
		if (entry) setTimeout(entry.run, 50);
	};
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === "ArrowDown") setAt((current + 1) % Math.max(1, found.length));
		else if (event.key === "ArrowUp") setAt((current - 1 + found.length) % Math.max(1, found.length));
		else if (event.key === "Enter") {
			// Fast fingers press Enter before the last letters are drawn.
			const typed = (event.currentTarget as HTMLInputElement).value;
			choose(typed === text ? found[current] : entries(typed, commands)[0]);
		} else return;
		event.preventDefault();
	};
	return (
		<Dialog title={shell.palette} bare onClose={close}>
			<div class="palette">
				<input
					class="input"
					role="combobox"
					aria-expanded="true"
					aria-controls={id}
					aria-autocomplete="list"
					aria-activedescendant={found[current] ? `${id}-${current}` : undefined}
					aria-label={shell.palette}
					placeholder={shell.paletteHint}
					autocomplete="off"
					autofocus
					value={text}
					onInput={(event) => {
						setText(event.currentTarget.value);
						setAt(0);
					}}
					onKeyDown={onKeyDown}
				/>
				<div ref={list} id={id} role="listbox" aria-label={shell.palette} class="palette-list">
					{found.map((entry, index) => (
						// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, which keeps the focus
						// biome-ignore lint/a11y/useFocusableInteractive: the active option is named by aria-activedescendant
						<div
							key={entry.id}
							id={`${id}-${index}`}
							role="option"
							aria-selected={index === current}
							class="combobox-option"
							data-current={index === current || undefined}
							onMouseDown={(event) => event.preventDefault()}
							onClick={() => choose(entry)}
						>
							<span class="truncate">{entry.label}</span>
							<span class="palette-hint">{entry.hint}</span>
							{entry.shortcut && (
								<span class="palette-keys" aria-hidden="true">
									{shown(entry.shortcut).map((key) => (
										<kbd key={key}>{key}</kbd>
									))}
								</span>
							)}
						</div>
					))}
				</div>
				{found.length === 0 && <p class="combobox-none">{common.nothingFound}</p>}
			</div>
		</Dialog>
	);
}
