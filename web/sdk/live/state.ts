import type { Problem } from "../api/problem.ts";
import type { Kind, Kinds, Project, Task } from "../api/types.ts";
import type { ReplicaStatus } from "../replica.ts";

type Listed = Exclude<Kind, "project">;

/**
 * A project at one moment. It is never changed: what has changed is another object, and a kind in which nothing has
 * changed keeps its list.
 */
export type ProjectState = { readonly [K in Listed]: readonly Kinds[K][] } & {
	/** `gone`: one is no member, or no longer, or there is no such project. */
	readonly status: ReplicaStatus;
	/** Why it could not be read; what was read before stays. */
	readonly problem: Problem | null;
	readonly project: Project | undefined;
	/** The number of the last event that is in it. */
	readonly applied: number | undefined;
	/** How many edits are shown that the server has not confirmed yet. */
	readonly unconfirmed: number;
};

export const nothingYet: ProjectState = {
	status: "loading",
	problem: null,
	project: undefined,
	applied: undefined,
	unconfirmed: 0,
	members: [],
	columns: [],
	tasks: [],
	labels: [],
	milestones: [],
	dependencies: [],
	checklist_items: [],
	task_texts: [],
	comments: [],
	attachments: [],
};

/** Which tasks are wanted; all fields have to hold. */
export interface TaskFilter {
	column?: string | undefined;
	assignee?: string | undefined;
	label?: string | undefined;
	milestone?: string | undefined;
	/** Only what is not completed, or only what is. */
	completed?: boolean | undefined;
}

/** The tasks of a project in their order; without a filter the same list until one of them changes. */
export function tasksOf(state: ProjectState, filter: TaskFilter = {}): readonly Task[] {
	const { column, assignee, label, milestone, completed } = filter;
	if (Object.values(filter).every((value) => value === undefined)) return state.tasks;
	return state.tasks.filter(
		(task) =>
			(column === undefined || task.column_id === column) &&
			(assignee === undefined || task.assignee_ids.includes(assignee)) &&
			(label === undefined || task.label_ids.includes(label)) &&
			(milestone === undefined || task.milestone_id === milestone) &&
			(completed === undefined || (task.completed_at !== null) === completed),
	);
}

/** Whether an event of this type is wanted by a pattern: a type, the beginning of some such as `task.*`, or `*`. */
export function matches(type: string, pattern: string): boolean {
	return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
