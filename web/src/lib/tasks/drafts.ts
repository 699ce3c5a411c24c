// Text that somebody typed and that is not saved yet: it survives a reload, a crash and a lost session.

export interface Draft {
	text: string;
	/** What the field said when the typing began, and the task's version then. */
	base: string;
	version: number;
}

const prefix = "boardcast.draft.";
const days = 30;

export function readDraft(task: string, field: string): Draft | null {
	try {
		const found = JSON.parse(localStorage.getItem(`${prefix}${task}.${field}`) ?? "null") as Draft | null;
		return found && typeof found.text === "string" ? found : null;
	} catch {
		return null;
	}
}

export function keepDraft(task: string, field: string, draft: Draft | null): void {
	const name = `${prefix}${task}.${field}`;
	try {
		if (draft === null) localStorage.removeItem(name);
		else localStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() }));
	} catch {
		// A full storage must not stop anybody from typing.
	}
}

/** Drafts of tasks that nobody came back to do not fill the storage for ever. */
export function forgetOldDrafts(now = Date.now()): void {
	for (const name of Object.keys(localStorage)) {
		if (!name.startsWith(prefix)) continue;
		const { at } = JSON.parse(localStorage.getItem(name) ?? "{}") as { at?: number };
		if (now - (at ?? 0) > days * 86_400_000) localStorage.removeItem(name);
	}
}

/** The tasks are out of reach: their texts go too. */
export function forgetDrafts(tasks: readonly string[]): void {
	if (tasks.length === 0) return;
	const lost = new Set(tasks);
	for (const name of Object.keys(localStorage)) {
		const [task = ""] = name.slice(prefix.length).split(".");
		if (name.startsWith(prefix) && lost.has(task)) localStorage.removeItem(name);
	}
}

/** What to do with a draft that was found when the field opens. */
export function standing(draft: Draft | null, current: string): "none" | "resume" | "conflict" {
	if (draft === null || draft.text === current || draft.text === draft.base) return "none";
	return draft.base === current ? "resume" : "conflict";
}
