import type { Action } from "../actions/registry";
import type { Task } from "../api/types";
import { task as words } from "../messages/task";
import type { ProjectStore } from "../store/project";
import { toast } from "../toasts";
import { setArchived, setCompleted } from "./edits";
import { isSaved } from "./places";
import type { Rights } from "./rights";

export type Asked = "assign" | "labels" | "priority" | "due" | "move" | "title" | "delete";

/** What the task actions work on: a card that has the focus or lies under the pointer, or the open dialog. */
export interface Hands {
	store: ProjectStore;
	rights: () => Rights;
	current: () => Task | undefined;
	/** Open the panel, field or question for it. */
	ask: (what: Asked, task: Task) => void;
	address: (task: Task) => string;
}

/** Everything that can be done with a task: keys, menus and palette come from here. */
export function taskActions(hands: Hands): Action[] {
	const may = (allowed: (task: Task) => boolean) => () => {
		const task = hands.current();
		return task !== undefined && isSaved(task.id) && allowed(task);
	};
	const writes = may(() => hands.rights().write);
	const removes = may((task) => hands.rights().remove(task));
	const on = (act: (task: Task) => void) => () => {
		const task = hands.current();
		if (task) act(task);
	};
	const group = () => words.group;
	const asking = (what: Asked, label: string, shortcut: string): Action => ({
		id: `task.${what}`,
		label: () => label,
		group,
		shortcut,
		enabled: writes,
		run: on((task) => hands.ask(what, task)),
	});
	return [
		asking("title", words.editTitle, "e"),
		asking("move", words.moveTo, "m"),
		asking("assign", words.assign, "a"),
		asking("labels", words.labelsAction, "l"),
		asking("priority", words.priorityAction, "p"),
		asking("due", words.dueAction, "d"),
		{
			id: "task.complete",
			label: () => (hands.current()?.completed_at ? words.reopen : words.complete),
			group,
			shortcut: "t",
			enabled: writes,
			run: on((task) => setCompleted(hands.store, task, task.completed_at === null)),
		},
		{
			id: "task.copy_link",
			label: () => words.copyLink,
			group,
			enabled: may(() => true),
			run: on((task) => void copy(hands.address(task))),
		},
		{
			id: "task.archive",
			label: () => (hands.current()?.archived_at ? words.restore : words.archive),
			group,
			shortcut: "Delete",
			enabled: removes,
			run: on((task) => setArchived(hands.store, task, task.archived_at === null)),
		},
		{
			id: "task.delete",
			label: () => words.delete,
			group,
			enabled: removes,
			run: on((task) => hands.ask("delete", task)),
		},
	];
}

async function copy(address: string): Promise<void> {
	try {
		await navigator.clipboard.writeText(new URL(address, location.href).href);
		toast({ text: words.linkCopied });
	} catch {
		// Plain HTTP away from loopback has no clipboard.
		toast({ text: words.linkNotCopied });
	}
}
