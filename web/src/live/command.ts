import type { Api, Change, Kind, Problem } from "boardcast";
import { announce } from "../platform/announce";
import { dismissToast, toast, toasts } from "../platform/toasts";
import { addUndone, forgetUndone, isUndone, redo, type Undone } from "../platform/undone";
import { watchSince } from "./changed-since";
import { live as words } from "./messages";
import { redo as redoWords } from "./redo";
import { sessionNow } from "./store/operations";
import type { ProjectStore } from "./store/project";
import type { Effect } from "./store/replay";
import { type Base, recorded, type Saw, sendStored, type Typed } from "./stored-edit";

/** One edit of a project: what it changes at once, the request that makes it true, and what the person is told. */
interface Edit {
	/** What the edit changes, shown before the server has answered and taken back when the server refuses. */
	effect: Effect;
	/**
	 * The request, by one call of the `api` that it gets. It is sent with an Idempotency-Key, which comes back as the `cause`
	 * of the event, perhaps much later and after a reload: it is data.
	 */
	request: (api: Api) => unknown;
	/** The server refuses the edit when another person has changed one of the fields since this version. */
	base?: Base;
	/** What the person typed: it stays in sight when the server refuses it. */
	typed?: Typed;
	/** What the server refused, for a toast: "Could not move WEB-12". */
	failure: string;
	/** The provisional id of the object that this edit creates. */
	creates?: string;
	/** Requests of one lane are sent one after another, so that two changes of one field keep their order. */
	lane?: string;
	/** Gets the refusal first; true means that it has told the person itself. */
	refused?: (problem: Problem) => boolean;
	/** A sentence for screen readers, made once the edit is shown. */
	announce?: () => string;
	/** The cause of the event, where it is not the key. */
	cause?: string;
	/** A toast with an undo button, made once the edit is shown and removed when the server refuses. `cause` names the event. */
	undo?: (cause: string) => Undo;
}

export interface Undo {
	text: string;
	run: () => void;
	/** A newer toast of this group replaces the older one. */
	group?: string;
	/** More to say. */
	detail?: string | undefined;
	/** What the person may want to do next. */
	offer?: { label: string; run: () => void } | undefined;
	/** The server says whether another person has changed it since. */
	byServer?: true;
	/** The edit is an undo itself: this does again what it took back. */
	redoes?: true;
	/** What the same act of the person has changed by other edits: it is watched too, and done again. */
	beside?: Beside | undefined;
}

export interface Beside {
	change: Change;
	again: () => void;
}

export interface Command<Args extends unknown[]> {
	(store: ProjectStore, ...args: Args): void;
	/** The same edit without an undo toast: for undoing. */
	withoutUndo: (store: ProjectStore, ...args: Args) => void;
}

/**
 * An edit that is shown before the server has answered. `describe` says what the edit is, or undefined when there is
 * nothing to change. A form that has to wait for the answer calls the API in a plain async function instead.
 */
export function command<Args extends unknown[]>(
	describe: (store: ProjectStore, ...args: Args) => Edit | undefined,
): Command<Args> {
	const run = (store: ProjectStore, args: Args, withUndo: boolean) => {
		const edit = describe(store, ...args);
		if (edit) perform(store, edit, withUndo, () => run(store, args, true));
	};
	return Object.assign((store: ProjectStore, ...args: Args) => run(store, args, true), {
		withoutUndo: (store: ProjectStore, ...args: Args) => run(store, args, false),
	});
}

/** The toast that each group shows now. */
const shown = new Map<string, number>();

function perform(store: ProjectStore, edit: Edit, withUndo: boolean, again: () => void): void {
	if (store.past) {
		toast({ text: words.isPast });
		return;
	}
	let notice: number | undefined;
	const { effect, failure, refused } = edit;
	const request = recorded(edit.request);
	const change = effect(store.view);
	const saw = edit.base && sawOf(store, change, edit.base, edit.typed);
	const common = {
		...(edit.lane === undefined ? {} : { lane: edit.lane }),
		...(edit.creates === undefined ? {} : { creates: edit.creates }),
	};
	const { key } = store.edit({
		...common,
		...(edit.cause === undefined ? {} : { cause: edit.cause }),
		effect,
		send: (key, waited) => sendStored(request, key, edit.base, waited),
		failure: () => failure,
		refused: (problem) => {
			if (notice !== undefined) {
				dismissToast(notice);
				forgetUndone((step) => step.notice === notice);
			}
			return refused?.(problem) ?? false;
		},
		stored: {
			...common,
			request,
			change,
			failure,
			...(edit.base ? { base: edit.base } : {}),
			...(saw ? { saw } : {}),
			...(edit.typed ? { typed: edit.typed } : {}),
		},
	});
	const undo = edit.undo?.(edit.cause ?? key);
	const spoken = edit.announce?.() ?? (withUndo ? undefined : undo?.text);
	if (spoken !== undefined) announce(spoken);
	if (undo?.group !== undefined) dismissToast(shown.get(undo.group) ?? 0);
	if (!undo || !withUndo) return;
	const { text, detail, group } = undo;
	const more = { ...(detail ? { detail } : {}), project: store.id };
	if (undo.redoes) {
		const step: Undone = { run: inSession(store, undo.run) };
		step.notice = toast({ text, ...more, offer: { label: redoWords.redo, run: () => redo(step) } });
		notice = step.notice;
		addUndone(step);
	} else {
		const { beside } = undo;
		notice = undo.byServer
			? toast({ text, ...more, offer: undo.offer, undo: undo.run })
			: offerUndo(store, beside ? [change, beside.change] : [change], {
					...undo,
					again: () => {
						beside?.again();
						again();
					},
				});
	}
	if (group !== undefined) shown.set(group, notice);
}

interface Offer extends Pick<Undo, "text" | "detail" | "offer" | "run"> {
	/** Does again what `run` took back. */
	again: () => void;
}

/**
 * A toast that takes changes back, which are shown already; then they can be done again. Neither goes over what another person has
 * changed of the same since. Returns the toast.
 */
export function offerUndo(store: ProjectStore, changes: readonly Change[], offered: Offer): number {
	const { text, detail, offer, run, again } = offered;
	const isOver = () => !toasts.peek().some(({ id }) => id === notice);
	const undo = unlessChanged(store, changes, isOver, takeBack, words.changedSince);
	const notice = toast({ text, ...(detail ? { detail } : {}), project: store.id, offer, undo });
	return notice;

	function takeBack(): void {
		run();
		// What it removed may be back under another id: then there is nothing to remove.
		const removed = changes.flatMap((change) => Object.entries(change.removed ?? {}) as [Kind, string[]][]);
		if (!removed.every(([kind, ids]) => ids.every((id) => store.view.get(kind, id)))) return;
		const step: Undone = { run: () => {} };
		const isOver = () => !isUndone(step);
		step.run = inSession(store, unlessChanged(store, changes, isOver, again, redoWords.notDoneAgain));
		addUndone(step);
	}
}

/** The fields that the edit changes, as they are before it. `base` names the object in its fields. */
function sawOf(
	{ view }: ProjectStore,
	{ changes }: Change,
	{ version, fields: [named = ""] }: Base,
	typed: Typed | undefined,
): Saw | undefined {
	const [id = ""] = named.split(".");
	for (const [kind, objects] of Object.entries(changes ?? {}) as [Kind, { id: string }[]][]) {
		const after = objects.find((one) => one.id === id);
		if (!after) continue;
		const row = view.get(kind, id);
		if (row && row.version !== version) {
			// It has changed since the typing began: what was seen then is known of the text only.
			const { place, was } = typed ?? {};
			return place && was !== undefined ? { kind, id, fields: { [place.field]: was } } : undefined;
		}
		const before = { ...view.get("task_texts", id), ...row } as Record<string, unknown>;
		const names = Object.keys(after).filter((field) => field !== "id" && !field.endsWith("_html"));
		return { kind, id, fields: Object.fromEntries(names.map((field) => [field, before[field]])) };
	}
	return undefined;
}

/** `run`, if no other person has changed it before `isOver`. */
function unlessChanged(
	store: ProjectStore,
	changes: readonly Change[],
	isOver: () => boolean,
	run: () => void,
	refusal: (who?: string) => string,
): () => void {
	const since = watchSince(store, changes, isOver);
	return () => {
		const other = since();
		if (other) toast({ text: refusal(other.name), project: store.id });
		else run();
	};
}

/** `run`, as long as the same person is here and may see the project. */
function inSession(store: ProjectStore, run: () => void): () => void {
	const session = sessionNow();
	return () => {
		if (session === sessionNow() && store.status.peek() !== "gone") run();
	};
}
