import type { Difference, Priority, Problem, Role } from "boardcast";
import { useEffect, useMemo, useState } from "preact/hooks";
import { activity as activityWords } from "../../domain/activity/messages";
import { type Names, namesOf } from "../../domain/activity/names";
import { column as columnWords } from "../../domain/column/messages";
import { member as memberWords } from "../../domain/member/messages";
import { task as taskWords } from "../../domain/task/messages";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { day, exactTime } from "../../platform/i18n/dates";
import { explain } from "../../platform/i18n/errors";
import { setQuery } from "../../platform/router";
import { Chip } from "../../ui/chip";
import { Dialog } from "../../ui/dialog";
import { Skeleton } from "../../ui/empty";
import { past as words } from "./messages";
import { Past } from "./model";
import { pastSource } from "./source";

interface Props {
	past: Past;
	live: ProjectStore;
	/** The moment to compare with, as the address names it: the number of an event, or "now". */
	to: string;
	onClose: () => void;
}

/** What is different between the moment that is shown and another one, which is now unless a person chooses it. */
export function Since({ past, live, to, onClose }: Props) {
	const [seq] = useState(() => past.seq.peek() ?? past.last.peek());
	const other = useOther(past, live, to);
	const isBefore = other !== undefined && other.at < seq;
	const [from, until] = isBefore ? [other.at, seq] : [seq, other?.at];
	const [items, setItems] = useState<readonly Difference[] | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	useEffect(() => {
		let isOver = false;
		past.pause();
		setItems(undefined);
		setProblem(undefined);
		const query = until === undefined ? { from } : { from, to: until };
		body(api.GET("/projects/{project}/changes", { params: { path: { project: live.id }, query } })).then(
			(found) => isOver || setItems(found.items),
			(error: Problem) => isOver || setProblem(error),
		);
		return () => {
			isOver = true;
		};
	}, [from, until]);
	const then = namesOf(past.store);
	const named = other ? namesOf(other.past.store) : namesOf(live);
	const both = isBefore ? { old: named, present: then } : { old: then, present: named };
	const when = (seq: number, of: Past) => {
		const at = of.entries.value.get(seq)?.at;
		return at ? exactTime(at) : words.place(seq, past.last.value);
	};
	const ends = [when(seq, past), other ? when(other.at, other.past) : words.now];
	if (isBefore) ends.reverse();
	const [first = "", second = ""] = ends;
	const title = other ? words.betweenTitle(first, second) : words.sinceTitle(first);
	const shown = items?.flatMap((item) => describe(item, both) ?? []);
	const kinds = Object.keys(words.kinds);
	return (
		<Dialog title={title} onClose={onClose}>
			<Until past={past} at={other?.at} said={other ? when(other.at, other.past) : words.now} />
			{problem && <p role="alert">{explain(problem)}</p>}
			{!items && !problem && <Skeleton />}
			{shown?.length === 0 && <p class="soft">{other ? words.nothingBetween : words.nothingChanged}</p>}
			{kinds.map((kind) => {
				const ofKind = shown?.filter((one) => one.kind === kind) ?? [];
				return ofKind.length > 0 ? (
					<section key={kind} class="since-kind">
						<h3>{words.kinds[kind]}</h3>
						<ul>
							{ofKind.slice(0, most).map((one) => (
								<Line key={one.id} {...one} />
							))}
						</ul>
						{ofKind.length > most && <p class="soft">{words.more(ofKind.length - most)}</p>}
					</section>
				) : null;
			})}
		</Dialog>
	);
}

/** How long a moment is chosen before it is read, in ms. */
const settled = 300;

/** Chooses the moment to compare with; the end of the slider is now, and goes on with it. */
function Until({ past, at, said }: { past: Past; at: number | undefined; said: string }) {
	const [typed, setTyped] = useState<number | undefined>(undefined);
	const last = past.last.value;
	useEffect(() => {
		if (typed === undefined) return undefined;
		const timer = setTimeout(() => {
			setQuery({ to: typed >= past.last.peek() ? "now" : String(typed) });
			setTyped(undefined);
		}, settled);
		return () => clearTimeout(timer);
	}, [typed]);
	const text = typed === undefined ? said : typed >= last ? words.now : words.place(typed, last);
	return (
		<label class="since-until">
			<span>
				{words.until} <strong>{text}</strong>
			</span>
			<input
				type="range"
				class="past-slider"
				aria-label={words.until}
				aria-valuetext={text}
				min={past.first.value}
				max={last}
				step={1}
				value={typed ?? at ?? last}
				onInput={(event) => setTyped(Number(event.currentTarget.value))}
			/>
		</label>
	);
}

/** The other moment, with the project as it was then; undefined for now. */
function useOther(past: Past, live: ProjectStore, to: string): { at: number; past: Past } | undefined {
	const named = Number(to);
	const at = Number.isInteger(named) && named > 0 && named < past.last.value ? named : undefined;
	const other = useMemo(
		() => (at === undefined ? undefined : new Past(live.id, pastSource(live.id), String(at))),
		[live, at],
	);
	useEffect(() => {
		other?.goesOn(past.last.peek());
		void other?.start();
		return () => other?.stop();
	}, [other]);
	return at !== undefined && other ? { at, past: other } : undefined;
}

/** So many of a kind are shown. */
const most = 200;

interface Described {
	kind: string;
	id: string;
	name: string;
	state: string | undefined;
	fields: { name: string; label: string; from: string; to: string }[];
}

function Line({ name, state, fields }: Described) {
	return (
		<li class="since-line">
			<p>
				<bdi>{name}</bdi> {state && <Chip>{state}</Chip>}
			</p>
			{fields.length > 0 && (
				<ul class="since-fields">
					{fields.map(({ name: field, label, from, to }) => (
						<li key={field}>
							<span class="soft">{label}:</span> <bdi class="since-old">{from}</bdi>{" "}
							<span aria-hidden="true">→</span>
							<span class="visually-hidden">{words.becomes}</span> <bdi>{to}</bdi>
						</li>
					))}
				</ul>
			)}
		</li>
	);
}

interface Both {
	old: Names;
	present: Names;
}

/** Undefined where nothing of it is shown to people. */
function describe(item: Difference, both: Both): Described | undefined {
	const { kind, id, change } = item;
	const isChange = change === "changed";
	const fields = isChange
		? item.fields.flatMap(({ name, from, to }) => {
				const label = words.fields[name];
				if (label === undefined || kind === "project")
					return label ? [{ name, label, from: text(from), to: text(to) }] : [];
				if (name === "position") return [];
				return [{ name, label, from: shown(name, from, both.old), to: shown(name, to, both.present) }];
			})
		: [];
	if (isChange && fields.length === 0) return undefined;
	const gone = kind === "tasks" ? words.removedTask : words.removed;
	const state = isChange ? undefined : change === "created" ? words.created : gone;
	return { kind, id, name: nameOf(item, both), state, fields };
}

function nameOf({ kind, id, fields }: Difference, { old, present }: Both): string {
	const of = (name: string) => {
		const field = fields.find((one) => one.name === name);
		return text(field?.to ?? field?.from);
	};
	const task = (of: string) => present.task(of) ?? old.task(of) ?? words.removed;
	if (kind === "tasks") return present.task(id) ?? old.task(id) ?? of("title");
	if (kind === "columns") return of("name") || present.column(id);
	if (kind === "labels") return of("name") || (present.label(id) ?? words.unnamed);
	if (kind === "milestones") return of("name") || (present.milestone(id) ?? words.unnamed);
	if (kind === "members") return of("name") || present.person(id);
	if (kind === "checklist_items") {
		const name = of("text") || (present.item(id) ?? old.item(id) ?? words.unnamed);
		return of("task_id") ? words.item(name, task(of("task_id"))) : name;
	}
	if (kind === "dependencies") {
		const known = present.dependency(id) ?? old.dependency(id);
		return known ? words.waits(task(known.task_id), task(known.depends_on_id)) : words.unnamed;
	}
	return of("name") || (words.kinds[kind] ?? kind);
}

const text = (value: unknown) => (value === null || value === undefined ? "" : String(value));

/** The value of a field, as people say it. */
function shown(name: string, value: unknown, names: Names): string {
	if (Array.isArray(value)) {
		const named = name === "label_ids" ? (id: string) => names.label(id) : names.person;
		const all = (value as string[]).flatMap((id) => named(id) ?? []);
		return all.length > 0 ? activityWords.list(all) : words.nothing;
	}
	if (name === "completed_at" || name === "archived_at" || name === "done" || name === "cover_id")
		return value ? words.yes : words.no;
	if (value === null || value === undefined || value === "") return words.nothing;
	const known = text(value);
	if (name === "column_id") return names.column(known);
	if (name === "milestone_id") return names.milestone(known) ?? words.nothing;
	if (name === "priority") return taskWords.priorityName(known as Priority);
	if (name === "kind") return columnWords.kinds[known as keyof typeof columnWords.kinds] ?? known;
	if (name === "role") return memberWords.role(known as Role);
	return name.endsWith("_on") ? day(known) : known;
}
