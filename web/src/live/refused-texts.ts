// Texts that the server refused, whatever the reason: they stay in sight, as yours and theirs, until the person decides.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Change, newKey, type Problem } from "boardcast";
import { explain } from "../platform/i18n/errors";
import { oneLine } from "../platform/text";
import { dismissToast, toast } from "../platform/toasts";
import { onEnd } from "./endings";
import { inWords } from "./in-words";
import { onLost } from "./lost-projects";
import { live as words } from "./messages";
import type { ProjectStore } from "./store/project";
import type { Saw, StoredEdit, Typed } from "./stored-edit";

interface RefusedText extends Omit<StoredEdit, "typed"> {
	key: string;
	project: string;
	typed: Typed;
	/** Why, in words. */
	reason: string;
	/** What the server had in the field when it refused. */
	theirs?: string;
}

type Place = NonNullable<Typed["place"]>;

/** Texts of several lines, which the server draws as HTML beside the field. */
const inSeveralLines = new Set<Place["kind"]>(["task_texts", "comments"]);

const all = signal<readonly RefusedText[]>([]);
const nameOf = ({ kind, id, field }: Place) => `${kind} ${id} ${field}`;
const nameFor = ({ typed, key }: RefusedText) => (typed.place ? nameOf(typed.place) : key);

/** Whose they are: kept in the local storage until the person decides. */
let owner: string | undefined;
let openStore: (project: string) => ProjectStore | undefined = () => undefined;
/** The toast of each text that no screen shows. */
const told = new Map<string, number>();
/** Fields whose screen shows the refusal itself. */
const shownInPlace = new Map<string, number>();

const storage = (user: string) => `boardcast.refused.${user}`;

/** Show what an earlier visit of this user has left. */
export function beginRefused(user: string, stores: typeof openStore): void {
	owner = user;
	openStore = stores;
	// Something may have been refused by now.
	const kept = read(user).filter(({ key }) => !all.peek().some((text) => text.key === key));
	set([...kept, ...all.peek()]);
	for (const text of all.peek()) tell(text);
}

export function endRefused(): void {
	owner = undefined;
	for (const id of told.values()) dismissToast(id);
	told.clear();
	all.value = [];
}

onEnd(endRefused);

// Nothing of a project that is lost is shown or kept.
onLost((project) => {
	for (const text of all.peek()) if (text.project === project) remove(text);
});

/** A later edit of these fields went through: an earlier one is no question any more. */
export function forgetRefusedAt(project: string, saw: Saw | undefined): void {
	for (const text of all.peek()) {
		const { place } = text.typed;
		if (text.project === project && place && place.id === saw?.id && place.field in saw.fields) remove(text);
	}
}

export function addRefused(store: ProjectStore, edit: StoredEdit & { typed: Typed }, problem: Problem): void {
	const { place, theirs } = edit.typed;
	const current =
		theirs ?? (place && (problem.current as Record<string, unknown> | undefined)?.[place.field]);
	const text: RefusedText = {
		...edit,
		key: newKey(),
		project: store.id,
		reason: explain(problem),
		...(typeof current === "string" ? { theirs: current } : {}),
	};
	// A newer text for the same field replaces the older one.
	for (const other of all.peek()) if (nameFor(other) === nameFor(text)) remove(other);
	set([...all.peek(), text]);
	tell(text);
}

/** What was refused for a field. */
export function refusedAt(place: Place): ReadonlySignal<RefusedText | undefined> {
	const name = nameOf(place);
	return computed(() => all.value.find((text) => nameFor(text) === name));
}

/** While a screen shows the refusals of a field itself, no toast does; returns how to end that. */
export function showInPlace(place: Place): () => void {
	const name = nameOf(place);
	const count = (by: number) => shownInPlace.set(name, (shownInPlace.get(name) ?? 0) + by);
	count(1);
	untell(name);
	return () => {
		count(-1);
		const left = all.peek().find((text) => nameFor(text) === name);
		if (left) tell(left);
	};
}

/** The person goes on typing in it. */
export function changeRefused(text: RefusedText, typed: string): void {
	set(
		all
			.peek()
			.map((other) =>
				other.key === text.key ? { ...other, typed: { ...other.typed, text: typed } } : other,
			),
	);
}

/** The person has decided for the other text. */
export function discardRefused(text: RefusedText): void {
	remove(text);
}

/** The person has read the other text and wants the own one all the same. */
export function sendAgain(refused: RefusedText): void {
	const { typed } = refused;
	const isOneLine = typed.place !== undefined && !inSeveralLines.has(typed.place.kind);
	// It may have been edited in a field of several lines.
	const text = isOneLine ? { ...refused, typed: { ...typed, text: oneLine(typed.text) } } : refused;
	remove(text);
	const store = openStore(text.project);
	store?.editAgain(retyped(text, store));
}

function retyped({ typed, tried: _tried, ...text }: RefusedText, store: ProjectStore): StoredEdit {
	const { place, chosen } = typed;
	// A choice goes out as it was made, and is no text that has to stay in sight.
	const edit: StoredEdit = chosen ? text : { ...text, typed };
	if (!place || chosen) return edit;
	const kind = place.kind === "task_texts" ? "tasks" : place.kind;
	const value = { [place.field]: typed.text };
	const html = inSeveralLines.has(place.kind) ? { [`${place.field}_html`]: "" } : {};
	const version = Math.max(
		store.view.get(kind, place.id)?.version ?? 0,
		store.view.get(place.kind, place.id)?.version ?? 0,
	);
	return {
		...edit,
		request: { ...text.request, body: value },
		change: { changes: { [kind]: [{ id: place.id, ...value, ...html }] } } as Change,
		...(text.base ? { base: { ...text.base, version } } : {}),
	};
}

/** The text that the field has now; undefined when its object is gone. */
function theirs({ project, typed, theirs }: RefusedText): string | undefined {
	const { place } = typed;
	const store = openStore(project);
	if (!place || !store) return undefined;
	// A comment or a file may be there although no dialog shows its task.
	const isKnown = place.kind !== "comments" && place.kind !== "attachments";
	if (isKnown && store.status.value === "ready" && !isThere(store, place)) return undefined;
	const row = store.tables[place.kind].get(place.id) as Record<string, unknown> | undefined;
	const now = typed.chosen ? row && inWords.value?.(project, place, row).text : row?.[place.field];
	return typeof now === "string" ? now : theirs;
}

function isThere(store: ProjectStore, { kind, id }: Place): boolean {
	return store.tables[kind === "task_texts" ? "tasks" : kind].get(id) !== undefined;
}

function tell(text: RefusedText): void {
	const name = nameFor(text);
	if ((shownInPlace.get(name) ?? 0) > 0) return;
	untell(name);
	const id = toast({
		tone: "danger",
		text: words.notSaved(text.typed.what),
		detail: text.reason,
		project: text.project,
		typed: {
			yours: text.typed.text,
			theirs: () => theirs(text),
			discard: () => discardRefused(text),
			...(text.typed.chosen ? { chosen: true } : {}),
			...(text.typed.was === undefined ? {} : { was: text.typed.was }),
			keep: (other) => changeRefused(text, other),
			again: (other) =>
				sendAgain(other === undefined ? text : { ...text, typed: { ...text.typed, text: other } }),
		},
	});
	told.set(name, id);
}

function untell(name: string): void {
	const id = told.get(name);
	if (id !== undefined) dismissToast(id);
	told.delete(name);
}

function remove(text: RefusedText): void {
	untell(nameFor(text));
	set(all.peek().filter(({ key }) => key !== text.key));
}

function set(next: readonly RefusedText[]): void {
	all.value = next;
	if (owner === undefined) return;
	try {
		if (next.length === 0) localStorage.removeItem(storage(owner));
		else localStorage.setItem(storage(owner), JSON.stringify(next));
	} catch {
		// Without storage they are kept as long as the page.
	}
}

function read(user: string): RefusedText[] {
	try {
		const found: unknown = JSON.parse(localStorage.getItem(storage(user)) ?? "[]");
		return Array.isArray(found) ? (found as RefusedText[]) : [];
	} catch {
		return [];
	}
}
