import type { Difference, Priority, Problem, Role } from "@boardcast/client";
import { useEffect, useState } from "preact/hooks";
import { activity as activityWords } from "../../domain/activity/messages";
import { type Names, namesOf } from "../../domain/activity/names";
import { column as columnWords } from "../../domain/column/messages";
import { member as memberWords } from "../../domain/member/messages";
import { task as taskWords } from "../../domain/task/messages";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { day, exactTime } from "../../platform/i18n/dates";
import { explain } from "../../platform/i18n/errors";
import { Chip } from "../../ui/chip";
import { Dialog } from "../../ui/dialog";
import { Skeleton } from "../../ui/empty";
import { past as words } from "./messages";
import type { Past } from "./model";

interface Props {
	past: Past;
	live: ProjectStore;
	onClose: () => void;
}

/** What is different now from the moment that is shown. */
export function Since({ past, live, onClose }: Props) {
	const [seq] = useState(() => past.seq.peek() ?? past.last.peek());
	const [items, setItems] = useState<readonly Difference[] | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	useEffect(() => {
		past.pause();
		const params = { path: { project: live.id }, query: { from: seq } };
		body(api.GET("/projects/{project}/changes", { params })).then(
			(found) => setItems(found.items),
			(error: Problem) => setProblem(error),
		);
	}, []);
	const at = past.entries.peek().get(seq)?.at;
	const both = { old: namesOf(past.store), present: namesOf(live) };
	const shown = items?.flatMap((item) => describe(item, both) ?? []);
	const kinds = Object.keys(words.kinds);
	return (
		<Dialog title={at ? words.sinceTitle(exactTime(at)) : words.since} onClose={onClose}>
			{problem && <p role="alert">{explain(problem)}</p>}
			{!items && !problem && <Skeleton />}
			{shown?.length === 0 && <p class="soft">{words.nothingChanged}</p>}
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
