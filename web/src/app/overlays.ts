// What is shown over the page. Here, so that the parts that open it need not be downloaded with those that show it.
import { signal } from "@preact/signals";
import { type Action, actions, isEnabled } from "../platform/actions";
import { holdPointed, releasePointed } from "../platform/pointed";

export const showingShortcuts = signal(false);

/** An action as it was when the palette was opened. */
export interface Command {
	id: string;
	label: string;
	group: string;
	shortcut: string | undefined;
	/** What it acts on, such as `WEB-12`. */
	subject: string | undefined;
	run: () => void;
}

/** The actions that were enabled when the palette was opened; undefined while it is closed. */
export const palette = signal<readonly Command[] | undefined>(undefined);

export function openPalette(): void {
	holdPointed();
	palette.value = commandsNow();
}

/** Closes the palette, and runs what was chosen once the dialog has given the focus back: many actions act on the element that has it. */
export function closePalette(run: () => void = () => {}): void {
	palette.value = undefined;
	setTimeout(() => {
		run();
		if (palette.peek() === undefined) releasePointed();
	}, 50);
}

/** The actions that are enabled now, those of the focused task first. */
function commandsNow(): Command[] {
	// Of several actions with one id the newest counts, as for keys.
	const newest = new Map(actions.peek().map((action) => [action.id, action]));
	const found = [...newest.values()].filter((action) => !action.hidden && isEnabled(action));
	const rank = ({ id }: Action) => (id.startsWith("task.") ? 0 : id.startsWith("board.") ? 1 : 2);
	return found
		.sort((a, b) => rank(a) - rank(b))
		.map((action) => ({
			id: action.id,
			label: action.label(),
			group: action.group(),
			shortcut: action.shortcut,
			subject: action.subject?.(),
			run: action.run,
		}));
}
