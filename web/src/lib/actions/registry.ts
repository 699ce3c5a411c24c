import { signal } from "@preact/signals";

/** Something a person can do. Menus, buttons, keys and the palette all come from here. */
export interface Action {
	/** Noun and verb: `task.archive`. */
	id: string;
	label: () => string;
	/** Heading in the shortcut sheet. */
	group: () => string;
	/** `c`, `Shift+ArrowUp`, `Ctrl+Enter`, or a sequence `g b`. `Ctrl` is ⌘ on a Mac. */
	shortcut?: string;
	/** Whether it makes sense now; keys of disabled actions fall through to the next one. */
	enabled?: () => boolean;
	run: () => void;
	/** Kept out of menus and palette, for keys that only move the focus. */
	hidden?: boolean;
}

const registered = signal<readonly Action[]>([]);
export const actions = registered;

/** Add actions while a view is shown; answers how to take them away. The newest wins a shared key. */
export function register(added: readonly Action[]): () => void {
	registered.value = [...registered.peek(), ...added];
	return () => {
		registered.value = registered.peek().filter((action) => !added.includes(action));
	};
}

export function findAction(id: string): Action | undefined {
	return registered.value.findLast((action) => action.id === id);
}

export function isEnabled(action: Action): boolean {
	return action.enabled?.() ?? true;
}

export function perform(id: string): void {
	const action = findAction(id);
	if (action && isEnabled(action)) action.run();
}
