import { CalendarDays, ListFilter, type LucideIcon, SignalHigh, Tags, X } from "lucide-preact";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { perform } from "../../platform/actions";
import { query } from "../../platform/router";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { cx } from "../../ui/cx";
import { assignable } from "../member/assignable";
import { isMine, moreKinds, toggled } from "./filter";
import { Words } from "./filter-words";
import { filters as words } from "./messages";
import { Choices, More, preloadFilter, ViewState } from "./parts";
import type { ProjectFilter } from "./project-filter";
import "./filter.css";

interface Props {
	filter: ProjectFilter;
	/** What stands at the end of the bar. */
	children?: ComponentChildren;
}

/** Filters tasks by words, people, labels, priority, due date and more; on a phone a `FilterButton` does. */
export function FilterBar({ filter, children }: Props) {
	const { value, store } = filter;
	const mine = isMine(value);
	useEffect(preloadFilter, []);
	return (
		<search class="filter-bar" aria-label={words.filter}>
			<Words filter={filter} />
			<People filter={filter} />
			<Button
				tone="ghost"
				class={cx("bar-toggle", mine && "bar-on")}
				aria-pressed={mine}
				onClick={() => perform("filter.mine")}
			>
				{words.mine}
			</Button>
			{store.tables.labels.all().length > 0 && <By kind="label" icon={Tags} filter={filter} />}
			<By kind="priority" icon={SignalHigh} filter={filter} />
			<By kind="due" icon={CalendarDays} filter={filter} />
			<Pick
				filter={filter}
				list={More}
				icon={ListFilter}
				text={words.more}
				count={moreKinds.reduce((sum, kind) => sum + value[kind].length, 0)}
			/>
			{filter.isSet && (
				<Button tone="ghost" icon={X} onClick={() => perform("filter.clear")}>
					{words.clear}
				</Button>
			)}
			{(filter.isSet || query.value.has("view")) && <ViewState filter={filter} small />}
			{children}
		</search>
	);
}

const most = 6;

/** The first people as faces, and those who are picked; the others are found behind the number. */
function People({ filter }: { filter: ProjectFilter }) {
	const { assignee } = filter.value;
	const members = assignable(filter.store.tables.members.all(), assignee);
	const faces = members.filter(({ id }, index) => index < most || assignee.includes(id));
	const others = members.length - faces.length;
	return (
		<fieldset class="bar-people">
			<legend class="visually-hidden">{words.filterBy["assignee"]}</legend>
			{faces.map(({ id, name }) => (
				<button
					key={id}
					type="button"
					class="bar-person"
					title={name}
					aria-label={name}
					aria-pressed={assignee.includes(id)}
					onClick={() => filter.change({ assignee: toggled(assignee, id) })}
				>
					<Avatar id={id} name={name} decorative />
				</button>
			))}
			{others > 0 && (
				<Pick
					filter={filter}
					list={Choices}
					kind="assignee"
					text={words.morePeople(others)}
					label={words.allPeople}
					count={0}
				/>
			)}
		</fieldset>
	);
}

interface ByProps {
	kind: "label" | "priority" | "due";
	icon: LucideIcon;
	filter: ProjectFilter;
}

function By({ kind, icon, filter }: ByProps) {
	return (
		<Pick
			filter={filter}
			list={Choices}
			kind={kind}
			icon={icon}
			text={words.by[kind]}
			count={filter.value[kind].length}
		/>
	);
}

interface PickProps {
	filter: ProjectFilter;
	/** What it opens. */
	// biome-ignore lint/suspicious/noExplicitAny: the lists take a kind or none
	list: ComponentType<any>;
	kind?: string;
	icon?: LucideIcon;
	text: string;
	label?: string;
	/** How many of its choices are set. */
	count: number;
}

/** A button that opens choices. */
function Pick({ filter, list: List, kind, icon, text, label, count }: PickProps) {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLButtonElement | null>(null);
	return (
		<>
			<Button
				tone="ghost"
				class={cx("bar-toggle", count > 0 && "bar-on")}
				icon={icon}
				aria-label={label}
				title={label}
				aria-haspopup="dialog"
				aria-expanded={open}
				buttonRef={(element: HTMLButtonElement | null) => {
					anchor.current = element;
				}}
				onClick={() => setOpen(!open)}
			>
				{words.chosen(text, count)}
			</Button>
			{open && (
				<List filter={filter} kind={kind} anchor={() => anchor.current} onClose={() => setOpen(false)} />
			)}
		</>
	);
}
