// What waits for the server outlives the page: kept while it waits, taken up again when its user is back.
import { effect } from "@preact/signals";
import { onLost } from "./lost-projects";
import { openProject } from "./projects";
import { adoptProvisional } from "./provisional";
import { isStillUser } from "./session-hint";
import { setKeeper } from "./store/keeper";
import { endOperations, gate } from "./store/operations";
import { connection } from "./stream";
import { WaitingEdits } from "./waiting-edits";

let edits: WaitingEdits | undefined;
let user: string | undefined;
/** The edits that this page sends: taken up once, however often it looks. */
const ours = new Set<string>();

/** How long a tab that is being reloaded may still count as open, in ms. */
const lastBreath = 1500;

export function beginWaiting(id: string): void {
	user = id;
	edits ??= new WaitingEdits();
	const kept = edits;
	setKeeper({
		keep: (edit) => {
			ours.add(edit.key);
			kept.keep({ ...edit, user: id });
		},
		forget: (key) => kept.forget(key),
	});
	void takeUp();
	setTimeout(() => void takeUp(), lastBreath);
}

/** The session has ended: what waits stays kept for its user, and is not sent from this page. */
export function endWaiting(): void {
	user = undefined;
	setKeeper(undefined);
	ours.clear();
	endOperations();
}

/** The person has agreed to lose what waits. */
export async function discardWaiting(): Promise<void> {
	if (user !== undefined) await edits?.forgetAll(user);
}

async function takeUp(): Promise<void> {
	const id = user;
	if (id === undefined || !edits) return;
	const found = (await edits.claim(id)).filter(({ key }) => !ours.has(key));
	if (user !== id || !isStillUser()) return;
	// First all ids, then the edits that name them.
	for (const { creates } of found) if (creates !== undefined) adoptProvisional(creates);
	for (const { key, project, user: _user, tab: _tab, at, turn: _turn, ...edit } of found) {
		ours.add(key);
		// It may have been on its way when the page was closed.
		openProject(project).restore({ tried: at, ...edit }, key);
	}
}

// A tab that was closed has left its edits to the others.
effect(() => {
	if (connection.value.state === "live") void takeUp();
});

onLost((project) => {
	if (user !== undefined) void edits?.forgetAll(user, project);
});

globalThis.addEventListener?.("beforeunload", (event) => {
	if (gate.waiting.peek() > 0) event.preventDefault();
});
