import { Archive, Search, Tags, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "../../components/avatar";
import { Button, IconButton } from "../../components/button";
import { Dot } from "../../components/chip";
import { Combobox } from "../../components/combobox";
import { cx } from "../../components/cx";
import { Popover } from "../../components/popover";
import { board as words } from "../../lib/messages/board";
import { setQuery } from "../../lib/router";
import { type Filter, isMine, mine, toggled, writeFilter } from "./filter";
import type { BoardModel } from "./model";

export const filterField = "board-filter";
const settling = 200;

/** Look for cards by words, people and labels; the address remembers it. */
export function Bar({ board, onArchive }: { board: BoardModel; onArchive: () => void }) {
	const filter = board.filter.value;
	const change = (next: Partial<Filter>) => setQuery(writeFilter({ ...filter, ...next }));
	return (
		<search class="bar" aria-label={words.filter}>
			<Words value={filter.text} onText={(text) => change({ text })} />
			<People board={board} onPick={(assignees) => change({ assignees })} />
			<Button
				tone="ghost"
				class={cx("bar-toggle", isMine(filter) && "bar-on")}
				aria-pressed={isMine(filter)}
				onClick={() => setQuery(writeFilter(mine(filter)))}
			>
				{words.mine}
			</Button>
			<Labels board={board} onPick={(labels) => change({ labels })} />
			{board.filtering.value && (
				<Button tone="ghost" icon={X} onClick={() => setQuery({ q: null, assignee: null, label: null })}>
					{words.clearFilter}
				</Button>
			)}
			<IconButton class="bar-end" icon={Archive} label={words.archiveTitle} onClick={onArchive} />
		</search>
	);
}

/** Typing filters after a breath, so that long boards do not stutter. */
function Words({ value, onText }: { value: string; onText: (text: string) => void }) {
	const [text, setText] = useState(value);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	useEffect(() => {
		if (document.activeElement?.id !== filterField || value === "") setText(value);
	}, [value]);
	return (
		<span class="bar-search">
			<Search size={14} aria-hidden="true" />
			<input
				id={filterField}
				type="search"
				autocomplete="off"
				aria-label={words.filterHint}
				placeholder={words.filterHint}
				value={text}
				onInput={(event) => {
					const next = event.currentTarget.value;
					setText(next);
					clearTimeout(timer.current);
					timer.current = setTimeout(() => onText(next.trim()), settling);
				}}
				onKeyDown={(event) => {
					if (event.key !== "Escape") return;
					setText("");
					onText("");
					event.currentTarget.blur();
				}}
			/>
		</span>
	);
}

const most = 6;

function People({ board, onPick }: { board: BoardModel; onPick: (ids: string[]) => void }) {
	const { assignees } = board.filter.value;
	const members = board.store.tables.members.all().sort((a, b) => a.name.localeCompare(b.name));
	return (
		<fieldset class="bar-people">
			<legend class="quiet">{words.filterPeople}</legend>
			{members.slice(0, most).map(({ id, name }) => (
				<button
					key={id}
					type="button"
					class="bar-person"
					title={name}
					aria-label={name}
					aria-pressed={assignees.includes(id)}
					onClick={() => onPick(toggled(assignees, id))}
				>
					<Avatar id={id} name={name} decorative />
				</button>
			))}
		</fieldset>
	);
}

function Labels({ board, onPick }: { board: BoardModel; onPick: (ids: string[]) => void }) {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLButtonElement | null>(null);
	const { labels } = board.filter.value;
	const all = board.store.tables.labels.all().sort((a, b) => a.name.localeCompare(b.name));
	if (all.length === 0) return null;
	return (
		<>
			<Button
				tone="ghost"
				icon={Tags}
				class={cx("bar-toggle", labels.length > 0 && "bar-on")}
				aria-haspopup="dialog"
				aria-expanded={open}
				buttonRef={(element) => {
					anchor.current = element;
				}}
				onClick={() => setOpen(!open)}
			>
				<span class="bar-words">{labels.length > 0 ? words.labelsChosen(labels.length) : words.labels}</span>
			</Button>
			{open && (
				<Popover label={words.filterLabels} anchor={() => anchor.current} onClose={() => setOpen(false)}>
					<Combobox
						label={words.filterLabels}
						picked={labels}
						choices={all.map(({ id, name, colour }) => ({
							id,
							label: name,
							picture: <Dot colour={colour} />,
						}))}
						onToggle={(id) => onPick(toggled(labels, id))}
					/>
				</Popover>
			)}
		</>
	);
}
