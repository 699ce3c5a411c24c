import { signal } from "@preact/signals";
import type { LucideIcon } from "lucide-preact";

/** Something that a person can do. Menus, buttons, keys and the palette all show actions. */
export interface Action {
	/** Noun and verb: `task.archive`. */
	id: string;
	label: () => string;
	/** Heading in the sheet of shortcuts. */
	group: () => string;
	/** `c`, `Shift+ArrowUp`, `Ctrl+Enter`, or a sequence `g b`. `Ctrl` is ⌘ on a Mac. */
	shortcut?: string;
	/** The focused element handles the shortcut itself; it is only shown, in menus and in the sheet of shortcuts. */
	native?: boolean;
	/** Whether it can run now. The key of a disabled action goes to the next action that has it. */
	enabled?: () => boolean;
	run: () => void;
	/** Left out of the palette, for keys that only move the focus. */
	hidden?: boolean;
	icon?: LucideIcon;
	/** By what name its icon is found when there is none of its id: `task.reopen`. */
	look?: string;
	/** It deletes something: shown in red. */
	danger?: boolean;
	/** What it acts on now, for the palette: `WEB-12`. */
	subject?: () => string | undefined;
	/** For one of several choices, or a switch: whether it is on. */
	checked?: () => boolean;
}

const registered = signal<readonly Action[]>([]);
export const actions = registered;

/** Register actions while a view is shown; returns how to remove them. Of actions that share a key the newest wins. */
export function register(added: readonly Action[]): () => void {
	registered.value = [...registered.peek(), ...added];
	return () => {
		registered.value = registered.peek().filter((action) => !added.includes(action));
	};
}

export function isEnabled(action: Action): boolean {
	return action.enabled?.() ?? true;
}

/** Run the newest registered action of this id that is enabled. */
export function perform(id: string): void {
	const action = registered.peek().findLast((one) => one.id === id && isEnabled(one));
	action?.run();
}

/** The actions with these ids, in groups, for a menu. What `all` does not have is left out, and so are empty groups. */
export function inGroups(all: readonly Action[], groups: readonly (readonly string[])[]): Action[][] {
	return groups
		.map((ids) => ids.flatMap((id) => all.findLast((action) => action.id === id) ?? []))
		.filter((group) => group.length > 0);
}
