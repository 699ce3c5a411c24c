// What runs behind the first screen while a user is signed in.
import { startInbox } from "../domain/notification/start-inbox";
import { followVisits } from "../domain/project/visits";
import { type Action, register } from "../platform/actions";
import { redoLast } from "../platform/undone";
import { later } from "./later";
import { shell } from "./messages";

const redo: Action = {
	id: "edit.redo",
	label: () => later.redo,
	group: () => shell.groups.general,
	shortcut: "Ctrl+Shift+z",
	run: () => void redoLast(),
};

/** Returns how to stop. */
export function startBehind(user: string): () => void {
	const stops = [startInbox(), followVisits(user), register([redo])];
	return () => {
		for (const stop of stops) stop();
	};
}
