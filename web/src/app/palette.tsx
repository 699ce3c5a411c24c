import { ChevronRight, Search } from "lucide-preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Snippet } from "../domain/search/hit";
import { common } from "../platform/i18n/common";
import { shown } from "../platform/keys";
import { go } from "../platform/router";
import { Dialog } from "../ui/dialog";
import { type Found, useFound } from "./find-everywhere";
import { later } from "./later";
import { shell } from "./messages";
import { type Command, closePalette } from "./overlays";
import { type Entry, type Section, sections } from "./palette-entries";
import "../ui/options.css";
import "./palette.css";

/** Lists actions, tasks, projects and people that fit the typed words; Enter runs the chosen one. */
export function Palette({ commands }: { commands: readonly Command[] }) {
	const [text, setText] = useState("");
	const [chosen, setChosen] = useState<string>();
	/** Enter was pressed before anything was found: the first that the server finds is meant. */
	const [isHurried, setHurried] = useState(false);
	const list = useRef<HTMLDivElement>(null);
	const id = useId();
	const found = useFound(text);
	const all = [...sections(text, commands, found.items), ...searchPage(found)];
	const entries = all.flatMap((section) => section.entries);
	const at = Math.max(
		0,
		entries.findIndex((entry) => entry.id === chosen),
	);
	const current = entries[at];
	useEffect(() => {
		list.current?.querySelector("[data-current]")?.scrollIntoView({ block: "nearest" });
	}, [current?.id]);
	const choose = (entry: Entry | undefined) => closePalette(entry?.run);
	useEffect(() => {
		// What fits of an older answer is not what the person waits for.
		if (!isHurried || found.state === "searching") return;
		if (current) choose(current);
		else setHurried(false);
	}, [isHurried, current?.id, found.state]);
	const step = (by: number) => {
		setChosen(entries[(at + by + entries.length) % Math.max(1, entries.length)]?.id);
	};
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === "ArrowDown") step(1);
		else if (event.key === "ArrowUp") step(-1);
		else if (event.key === "Enter") {
			// Enter may come before the last letters are rendered: search for what the field says now.
			const typed = (event.currentTarget as HTMLInputElement).value;
			const wanted = typed === text ? current : sections(typed, commands, [])[0]?.entries[0];
			if (wanted) choose(wanted);
			else setHurried(typed.trim() !== "");
		} else return;
		event.preventDefault();
	};
	return (
		<Dialog title={shell.palette} bare onClose={closePalette}>
			<div class="palette">
				<input
					class="input"
					role="combobox"
					aria-expanded="true"
					aria-controls={id}
					aria-autocomplete="list"
					aria-activedescendant={current ? `${id}-${current.id}` : undefined}
					aria-label={shell.palette}
					dir="auto"
					placeholder={later.paletteHint}
					autocomplete="off"
					spellcheck={false}
					enterkeyhint="go"
					autofocus
					value={text}
					onInput={(event) => {
						setText(event.currentTarget.value);
						setChosen(undefined);
						setHurried(false);
					}}
					onKeyDown={onKeyDown}
				/>
				<div ref={list} id={id} role="listbox" aria-label={shell.palette} class="palette-list">
					{all.map((section) => (
						<Part key={section.name} id={id} section={section} current={current} choose={choose} />
					))}
				</div>
				<p class="palette-state" role="status">
					{stateText(found.state, entries.length)}
				</p>
			</div>
		</Dialog>
	);
}

/** Behind what was found: the page with all of it. */
function searchPage({ items, text }: Found): Section[] {
	if (items.length === 0) return [];
	const run = () => go(`/search?${new URLSearchParams({ q: text })}`);
	const entry = { id: "search", label: later.allResults(text), hint: "", icon: Search, run };
	return [{ name: shell.search, entries: [entry] }];
}

function stateText(state: Found["state"], count: number): string {
	if (state === "searching") return later.searching;
	if (state === "local") return later.searchedHere;
	return count === 0 ? common.nothingFound : "";
}

function Icon({ of: { icon: Drawn = ChevronRight } }: { of: Entry }) {
	return <Drawn size={16} class="palette-icon" aria-hidden="true" />;
}

interface PartProps {
	id: string;
	section: Section;
	current: Entry | undefined;
	choose: (entry: Entry) => void;
}

function Part({ id, section, current, choose }: PartProps) {
	const name = useId();
	return (
		// biome-ignore lint/a11y/useSemanticElements: a group of options has no element of its own
		<div role="group" aria-labelledby={name}>
			<p id={name} class="palette-title" role="presentation">
				{section.name}
			</p>
			{section.entries.map((entry) => (
				// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, which keeps the focus
				// biome-ignore lint/a11y/useFocusableInteractive: the active option is named by aria-activedescendant
				<div
					key={entry.id}
					id={`${id}-${entry.id}`}
					role="option"
					aria-selected={entry === current}
					class="option palette-option"
					data-current={entry === current || undefined}
					data-over={entry.over || undefined}
					onMouseDown={(event) => event.preventDefault()}
					onClick={() => choose(entry)}
				>
					<Icon of={entry} />
					<span class="truncate palette-label" dir="auto" title={entry.label}>
						{entry.label}
					</span>
					{entry.hint && (
						<span class="palette-hint truncate" dir="auto">
							{entry.hint}
						</span>
					)}
					{entry.shortcut && (
						<span class="palette-keys" aria-hidden="true">
							{shown(entry.shortcut).map((key, index) => (
								<kbd key={index}>{key}</kbd>
							))}
						</span>
					)}
					{entry.snippet && (
						<span class="palette-snippet truncate" dir="auto">
							<Snippet parts={entry.snippet} />
						</span>
					)}
				</div>
			))}
		</div>
	);
}
