// Text that was typed and is not saved yet, kept in the local storage: it survives a reload, a crash and a lost session.

export interface Draft {
	text: string;
	/** The text of the field, and the version of the task, when the typing began. */
	base: string;
	version: number;
}

const common = "boardcast.draft.";
const keptDays = 30;
/** Drafts belong to a user: another one on the same browser does not see them. */
let prefix = common;

export function useDraftsOf(user: string): void {
	prefix = `${common}${user}.`;
}

export function readDraft(object: string, field: string): Draft | null {
	try {
		const found = JSON.parse(localStorage.getItem(`${prefix}${object}.${field}`) ?? "null") as Draft | null;
		return found && typeof found.text === "string" ? found : null;
	} catch {
		return null;
	}
}

export function keepDraft(object: string, field: string, draft: Draft | null): void {
	const name = `${prefix}${object}.${field}`;
	try {
		if (draft === null) localStorage.removeItem(name);
		else localStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() }));
	} catch {
		// Without storage the text is only kept on the page.
	}
}

/** The fields of an object that have a draft and begin with `start`. */
export function fieldsWithDraft(object: string, start: string): string[] {
	const wanted = `${prefix}${object}.`;
	return Object.keys(localStorage)
		.filter((name) => name.startsWith(wanted + start))
		.map((name) => name.slice(wanted.length));
}

/** Remove drafts that are older than 30 days. */
export function forgetOldDrafts(now = Date.now()): void {
	for (const name of Object.keys(localStorage)) {
		if (!name.startsWith(common)) continue;
		const { at } = JSON.parse(localStorage.getItem(name) ?? "{}") as { at?: number };
		if (now - (at ?? 0) > keptDays * 86_400_000) localStorage.removeItem(name);
	}
}

/** Remove the drafts of objects that the user can no longer read. */
export function forgetDrafts(objects: readonly string[]): void {
	if (objects.length === 0) return;
	const lost = new Set(objects);
	for (const name of Object.keys(localStorage)) {
		const [object = ""] = name.slice(prefix.length).split(".");
		if (name.startsWith(prefix) && lost.has(object)) localStorage.removeItem(name);
	}
}

/** What to do with a draft when its field opens, given the present text of the field. */
export function draftState(draft: Draft | null, current: string): "none" | "resume" | "conflict" {
	if (draft === null || draft.text === current || draft.text === draft.base) return "none";
	return draft.base === current ? "resume" : "conflict";
}
