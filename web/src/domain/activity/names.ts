import type { ProjectStore } from "../../live/store/project";
import { nameOf } from "../task/names";
import { activity as words } from "./messages";

/** What the objects of a project are called now: the log knows them by their ids. */
export interface Names {
	column: (id: string) => string;
	/** Undefined where they were deleted. */
	label: (id: string) => string | undefined;
	milestone: (id: string) => string | undefined;
	person: (id: string) => string;
	/** `WEB-12 Title`; undefined where the task is not on the board. */
	task: (id: string) => string | undefined;
	/** An item of a checklist, and a file; undefined where they are gone, or not read. */
	item: (id: string) => string | undefined;
	file: (id: string) => string | undefined;
	/** The task that waits, and the one that it waits for. */
	dependency: (id: string) => { task_id: string; depends_on_id: string } | undefined;
}

/** Subscribes to the names, so that a renamed column is shown under its new one. */
export function namesOf(store: ProjectStore): Names {
	const { columns, labels, milestones, members, tasks, dependencies } = store.tables;
	return {
		column: (id) => columns.get(id)?.name ?? words.deletedColumn,
		label: (id) => labels.get(id)?.name,
		milestone: (id) => milestones.get(id)?.name,
		person: (id) => members.get(id)?.name ?? words.formerMember,
		task: (id) => {
			const task = tasks.get(id);
			return task && `${nameOf(store, task)} ${task.title}`;
		},
		item: (id) => store.tables.checklist_items.get(id)?.text,
		file: (id) => store.tables.attachments.get(id)?.name,
		dependency: (id) => dependencies.peek(id),
	};
}
