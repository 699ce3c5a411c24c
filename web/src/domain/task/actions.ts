import type { Task } from "boardcast";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import type { Action } from "../../platform/actions";
import { go } from "../../platform/router";
import { taskCommands } from "./commands-later";
import { copyAddress } from "./copy-address";
import { task as words } from "./messages";
import { nameOf } from "./names";
import type { TaskRights } from "./rights";

export type TaskPanel = "assign" | "labels" | "priority" | "due" | "move" | "title" | "delete";

/** What the task actions act on: a card, a bar, or the task of the open dialog. */
export interface TaskContext {
	store: ProjectStore;
	rights: () => TaskRights;
	current: () => Task | undefined;
	/** Open the panel, the field or the question for it. */
	openPanel: (what: TaskPanel, task: Task) => void;
	/** The address of the dialog of a task. */
	address: (task: Task) => string;
}

/** Everything that can be done with a task. Keys, menus and the palette come from these actions. */
export function taskActions(context: TaskContext): Action[] {
	const may = (allowed: (task: Task) => boolean) => () => {
		const task = context.current();
		return task !== undefined && isSaved(task.id) && allowed(task);
	};
	const writes = may(() => context.rights().write);
	const removes = may((task) => context.rights().remove(task));
	const on = (act: (task: Task) => void) => () => {
		const task = context.current();
		if (task) act(task);
	};
	const group = () => words.group;
	const opens = (what: TaskPanel, label: string, shortcut: string): Action => ({
		id: `task.${what}`,
		label: () => label,
		group,
		shortcut,
		enabled: writes,
		run: on((task) => context.openPanel(what, task)),
	});
	const done = (context.current()?.completed_at ?? null) !== null;
	const archived = (context.current()?.archived_at ?? null) !== null;
	const subject = () => {
		const task = context.current();
		return task && nameOf(context.store, task);
	};
	const all: Action[] = [
		{
			id: "task.open",
			label: () => words.open,
			group,
			shortcut: "Enter",
			native: true,
			enabled: may(() => true),
			run: on((task) => go(context.address(task))),
		},
		opens("title", words.editTitle, "e"),
		opens("move", words.moveTo, "m"),
		opens("assign", words.assign, "a"),
		opens("labels", words.labelsAction, "l"),
		opens("priority", words.priorityAction, "p"),
		opens("due", words.dueAction, "d"),
		{
			id: "task.complete",
			label: () => (context.current()?.completed_at ? words.reopen : words.complete),
			group,
			...(done ? { look: "task.reopen" } : {}),
			shortcut: "t",
			enabled: writes,
			run: on((task) =>
				taskCommands.use(({ setCompleted }) => setCompleted(context.store, task, task.completed_at === null)),
			),
		},
		{
			id: "task.copy_link",
			label: () => words.copyLink,
			group,
			enabled: may(() => true),
			run: on((task) => void copyAddress(context.address(task))),
		},
		{
			id: "task.duplicate",
			label: () => words.duplicate,
			group,
			enabled: writes,
			run: on((task) =>
				taskCommands.use(({ duplicateTask }) =>
					duplicateTask(context.store, task, (copy) => go(context.address(copy))),
				),
			),
		},
		{
			id: "task.archive",
			label: () => (context.current()?.archived_at ? words.restore : words.archive),
			group,
			...(archived ? { look: "task.restore" } : {}),
			shortcut: "Delete",
			enabled: removes,
			run: on((task) =>
				taskCommands.use(({ setArchived }) => setArchived(context.store, task, task.archived_at === null)),
			),
		},
		{
			id: "task.delete",
			label: () => words.delete,
			group,
			danger: true,
			enabled: removes,
			run: on((task) => context.openPanel("delete", task)),
		},
	];
	return all.map((action) => ({ ...action, subject }));
}
