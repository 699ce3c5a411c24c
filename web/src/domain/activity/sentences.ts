// What an event says, in the words of people. One event may be several sentences: a task got another title and a due date.
import type { Activity, ColumnKind, Priority, Role } from "boardcast";
import { day } from "../../platform/i18n/dates";
import { column as columnWords } from "../column/messages";
import { member as memberWords } from "../member/messages";
import { task as taskWords } from "../task/messages";
import { activity as words } from "./messages";
import type { Names } from "./names";

export interface Sentence {
	/** What follows the name of the person. `mark` stands where the task is named. */
	text: string;
	/** A text that was changed; what was written is in `to`. */
	texts?: { from: string; to: string };
}

/** Stands in a sentence for the task that it is about. */
export const mark = "\ue000";

type Field = Activity["fields"][number];
type Told = string | Sentence | undefined;

/** `inTask`: the sentences stand in the dialog of the task that they are about. */
export function sentencesOf(item: Activity, names: Names, inTask: boolean): Sentence[] {
	const told = tell({ item, names, it: inTask ? undefined : subject(item), inTask });
	const said = told.flatMap((one) =>
		one === undefined ? [] : [typeof one === "string" ? { text: one } : one],
	);
	const all = said.length > 0 ? said : [{ text: words.other }];
	if (!isUndo(item)) return all;
	return all.map((one, at) => (at === 0 ? { ...one, text: words.undid(one.text) } : one));
}

interface Context {
	item: Activity;
	names: Names;
	/** How the task is named; undefined where that need not be said. */
	it: string | undefined;
	inTask: boolean;
}

function subject({ kind, others }: Activity): string {
	return kind === "tasks" && others > 0 ? words.andOthers(mark, others) : mark;
}

function tell(context: Context): Told[] {
	const { item } = context;
	const [noun = "", named = ""] = item.type.split(".");
	const verb = isUndo(item) ? undoing(item) : named;
	if (item.kind === "tasks") return tellTask(context, noun, verb);
	if (noun in of) return of[noun as keyof typeof of](context, verb);
	return [];
}

const isUndo = ({ type }: Activity) => type.endsWith(".undone");

/** What an undo does: it makes the object anew, takes it away, or changes it back. */
function undoing({ fields }: Activity): string {
	const own = fields.find(({ name }) => ["title", "name", "text", "depends_on_id"].includes(name));
	if (own?.from === null) return "created";
	return own?.to === null ? "deleted" : "changed";
}

const of = {
	project: tellProject,
	member: tellMember,
	column: tellColumn,
	label: (context: Context, verb: string) =>
		tellThing(context, verb, words.things.label, context.names.label),
	view: (context: Context, verb: string) => tellThing(context, verb, words.things.view, () => ""),
	milestone: tellMilestone,
	checklist_item: tellItem,
	dependency: tellDependency,
	comment: tellComment,
	attachment: tellFile,
};

const textOf = (value: unknown) => (typeof value === "string" ? value : "");
const find = ({ item }: Context, name: string) => item.fields.find((field) => field.name === name);

function tellTask(context: Context, noun: string, verb: string): Told[] {
	const { item, it } = context;
	if (item.type === "task.restored") return [words.outOfTrash(it)];
	if (noun === "task" && verb === "created") return [words.createdTask(it)];
	if (noun === "task" && verb === "deleted") return [words.deletedTask(it)];
	if (item.type === "timeline.shifted") return [shifted(context)];
	const told = item.fields.flatMap((field) => taskFields[field.name]?.(context, field) ?? []);
	if (told.length > 0) return told;
	// Of several the first may be one that only made room: which one was moved is not said.
	if (verb === "moved")
		return [item.others > 0 && !context.inTask ? words.movedTasks : words.movedInColumn(it)];
	if (verb === "archived") return [words.archived(it)];
	if (verb === "unarchived") return [words.restored(it)];
	return [words.changedSomething(it)];
}

function shifted(context: Context): string {
	const span = (side: "from" | "to") =>
		["start_on", "due_on"]
			.flatMap((name) => textOf(find(context, name)?.[side]) || [])
			.map(day)
			.join(" – ");
	const [from, to] = [span("from"), span("to")];
	return from && to ? words.shifted(context.it, from, to) : words.changedSomething(context.it);
}

const taskFields: Record<string, (context: Context, field: Field) => Told[]> = {
	title: ({ it }, { from, to }) => [words.renamedTask(it, textOf(from), textOf(to))],
	description: ({ it }, field) => {
		const [from, to] = [textOf(field.from), textOf(field.to)];
		if (to === "") return [{ text: words.removedDescription(it), texts: { from, to } }];
		const text = from === "" ? words.wroteDescription(it) : words.editedDescription(it);
		return [{ text, texts: { from, to } }];
	},
	column_id: ({ it, names }, { from, to }) => [
		words.moved(it, names.column(textOf(from)), names.column(textOf(to))),
	],
	assignee_ids: tellAssignees,
	label_ids: ({ it, names }, field) => {
		const [more, fewer] = changed(field);
		return [
			more.length > 0 ? words.labelled(it, labels(more, names)) : undefined,
			fewer.length > 0 ? words.unlabelled(it, labels(fewer, names)) : undefined,
		];
	},
	milestone_id: ({ it, names }, { from, to }) => {
		const named = (id: unknown) => {
			const name = names.milestone(textOf(id));
			return name === undefined ? words.deletedMilestone : words.milestone(name);
		};
		if (to === null) return [words.outOfMilestone(it, named(from))];
		if (from === null) return [words.intoMilestone(it, named(to))];
		return [words.otherMilestone(it, named(from), named(to))];
	},
	priority: plain(words.fields.priority, (value) =>
		value === "none" ? undefined : taskWords.priorityName(value as Priority),
	),
	start_on: plain(words.fields.start_on, (value) => day(textOf(value))),
	due_on: plain(words.fields.due_on, (value) => day(textOf(value))),
	estimate: plain(words.fields.estimate, String),
	completed_at: ({ it }, { to }) => [to === null ? words.notDone(it) : words.done(it)],
	archived_at: ({ it }, { to }) => [to === null ? words.restored(it) : words.archived(it)],
	cover_id: ({ it }, { to }) => [to === null ? words.removedCover(it) : words.setCover(it)],
};

/** "the labels bug and ui"; those that were deleted have no name any more. */
function labels(ids: readonly string[], names: Names): string {
	const known = ids.flatMap((id) => names.label(id) ?? []);
	const some = known.length > 0 ? [words.labels(words.list(known), known.length)] : [];
	return words.list(known.length < ids.length ? [...some, words.deletedLabel] : some);
}

/** A field that is set, changed or removed. */
function plain(field: string, shown: (value: unknown) => string | undefined) {
	const text = (value: unknown) => (value === null || value === undefined ? undefined : shown(value));
	return ({ it }: Context, { from, to }: Field): Told[] => {
		const [old, now] = [text(from), text(to)];
		if (now === undefined) return [words.removedField(it, field)];
		return [old === undefined ? words.setField(it, field, now) : words.changedField(it, field, old, now)];
	};
}

function tellAssignees({ item, it, names }: Context, field: Field): Told[] {
	const [more, fewer] = changed(field);
	const isSelf = (ids: readonly string[]) => ids.length === 1 && ids[0] === item.actor?.id;
	const list = (ids: readonly string[]) => words.list(ids.map(names.person));
	const told: Told[] = [];
	if (more.length > 0) told.push(isSelf(more) ? words.assignedSelf(it) : words.assigned(it, list(more)));
	if (fewer.length > 0)
		told.push(isSelf(fewer) ? words.unassignedSelf(it) : words.unassigned(it, list(fewer)));
	return told;
}

/** The ids that came, and those that went. */
function changed({ from, to }: Field): [string[], string[]] {
	const [old, now] = [from, to].map((ids) => (Array.isArray(ids) ? (ids as string[]) : []));
	const without = (a: string[] = [], b: string[] = []) => a.filter((id) => !b.includes(id));
	return [without(now, old), without(old, now)];
}

function tellItem(context: Context, verb: string): Told[] {
	const { item, it, names } = context;
	const name = item.name ?? names.item(item.object_id ?? "") ?? words.anItem;
	if (verb === "created") return [words.addedItem(it, name)];
	if (verb === "deleted") return [words.removedItem(it, name)];
	if (verb === "moved") return [words.movedItem(it, name)];
	const [text, done] = [find(context, "text"), find(context, "done")];
	return [
		text && words.changedItem(it, textOf(text.from), textOf(text.to)),
		done && (done.to ? words.ticked(it, name) : words.unticked(it, name)),
	];
}

function tellDependency(context: Context, verb: string): Told[] {
	const { item, names, inTask } = context;
	const known = names.dependency(item.object_id ?? "");
	const field = find(context, "depends_on_id");
	const waiting = known?.task_id;
	const awaited = known?.depends_on_id ?? (textOf(field?.to) || textOf(field?.from) || undefined);
	const named = (id: string | undefined) => (id && names.task(id)) || words.otherTask;
	const isAwaited = inTask && awaited === item.task_id;
	const it = inTask ? undefined : ((waiting && names.task(waiting)) ?? words.aTask);
	const other = named(isAwaited ? waiting : awaited);
	const lag = find(context, "lag_days");
	if (verb === "changed" && lag) {
		const days = Number(lag.to);
		return [isAwaited ? words.lag(other, words.self, days) : words.lag(it, other, days)];
	}
	if (verb === "deleted")
		return [isAwaited ? words.isWaitedForNoMore(it, other) : words.waitsNoMore(it, other)];
	return [isAwaited ? words.isWaitedFor(it, other) : words.waits(it, other)];
}

interface Reaction {
	emoji: string;
	user_ids: string[];
}

function tellComment(context: Context, verb: string): Told[] {
	const { it, item } = context;
	const body = find(context, "body");
	if (verb === "created") {
		return [{ text: words.commented(it), texts: { from: "", to: textOf(body?.to) } }];
	}
	// What was said in a comment that is deleted is not said again.
	if (verb === "deleted") return [words.deletedComment(it)];
	if (verb === "changed") {
		const texts = { from: textOf(body?.from), to: textOf(body?.to) };
		return [body ? { text: words.editedComment(it), texts } : words.editedComment(it)];
	}
	const field = find(context, "reactions");
	const mine = (all: unknown) =>
		(Array.isArray(all) ? (all as Reaction[]) : [])
			.filter(({ user_ids }) => user_ids.includes(item.actor?.id ?? ""))
			.map(({ emoji }) => emoji);
	const before = mine(field?.from);
	const emoji = mine(field?.to).find((one) => !before.includes(one));
	return [emoji === undefined ? words.tookReactionBack(it) : words.reacted(it, emoji)];
}

function tellFile(context: Context, verb: string): Told[] {
	const { it, item, names } = context;
	const name = item.name ?? names.file(item.object_id ?? "") ?? words.aFile;
	if (verb === "created") return [words.addedFile(it, name)];
	if (verb === "deleted") return [words.deletedFile(it, name)];
	const renamed = find(context, "name");
	return [words.renamedFile(it, textOf(renamed?.from), name)];
}

function tellThing(
	context: Context,
	verb: string,
	thing: string,
	called: (id: string) => string | undefined,
): Told[] {
	const name = context.item.name ?? called(context.item.object_id ?? "") ?? "";
	if (verb === "created") return [words.created(thing, name)];
	if (verb === "deleted") return [words.deleted(thing, name)];
	if (verb === "moved") return [words.movedThing(thing, name)];
	const renamed = find(context, "name");
	return [renamed ? words.renamed(thing, textOf(renamed.from), name) : words.changed(thing, name)];
}

function tellColumn(context: Context, verb: string): Told[] {
	const { item, names } = context;
	const thing = words.things.column;
	if (verb !== "changed") return tellThing(context, verb, thing, names.column);
	const name = item.name ?? names.column(item.object_id ?? "");
	const told = item.fields.map(({ name: field, from, to }): Told => {
		if (field === "name") return words.renamed(thing, textOf(from), textOf(to));
		if (field === "wip_limit") return to === null ? words.unlimited(name) : words.limited(name, Number(to));
		if (field === "kind") return words.columnKind(name, columnWords.kinds[to as ColumnKind] ?? textOf(to));
		if (field !== "archive_after_days") return undefined;
		return to === null ? words.archivesNoMore(name) : words.archivesAfter(name, Number(to));
	});
	return told.some((one) => one !== undefined) ? told : [words.changed(thing, name)];
}

function tellMilestone(context: Context, verb: string): Told[] {
	const { item, names } = context;
	const thing = words.things.milestone;
	if (verb !== "changed") return tellThing(context, verb, thing, names.milestone);
	const name = item.name ?? names.milestone(item.object_id ?? "") ?? "";
	const told = item.fields.map(({ name: field, from, to }): Told => {
		if (field === "name") return words.renamed(thing, textOf(from), textOf(to));
		if (field === "completed_at")
			return to === null ? words.milestoneNotReached(name) : words.milestoneReached(name);
		if (field !== "due_on") return undefined;
		return to === null ? words.milestoneUndated(name) : words.milestoneDue(name, day(textOf(to)));
	});
	return told.some((one) => one !== undefined) ? told : [words.changed(thing, name)];
}

function tellMember(context: Context, verb: string): Told[] {
	const { item, names } = context;
	const id = item.object_id ?? "";
	const isSelf = id === item.actor?.id;
	const name = item.name ?? names.person(id);
	const role = memberWords.role(find(context, "role")?.to as Role) ?? "";
	if (verb === "added") return [isSelf ? words.joined(role) : words.addedMember(name, role)];
	if (verb === "merged") return [words.mergedGuest(name)];
	if (verb === "removed") return [isSelf ? words.left : words.removedMember(name)];
	return item.fields.map(({ name: field, from, to }) => {
		if (field === "role") return words.madeMember(name, role);
		if (field === "name") return words.newName(textOf(from), textOf(to));
		if (field === "disabled") return to ? words.disabled(name) : words.enabled(name);
		return undefined;
	});
}

function tellProject({ item }: Context, verb: string): Told[] {
	if (verb === "created") return [words.createdProject];
	if (verb === "duplicated") return [words.duplicatedProject];
	if (verb === "archived") return [words.archivedProject];
	if (verb === "unarchived") return [words.unarchivedProject];
	if (verb === "deleted") return [words.deletedProject];
	const told = item.fields.map(({ name, from, to }): Told => {
		if (name === "name") return words.renamedProject(textOf(from), textOf(to));
		return name === "key" ? words.newKey(textOf(from), textOf(to)) : undefined;
	});
	return told.some((one) => one !== undefined) ? told : [words.changedProject];
}
