import type { Task } from "../../../lib/api/types";
import { append } from "./network";

export type Grouped = "none" | "column" | "milestone" | "assignee";
export interface Group {
	/** "" is the group of those that have none. */
	key: string;
	name: string;
}
export type Row =
	| { kind: "group"; key: string; name: string; count: number; open: boolean }
	| { kind: "task"; key: string; id: string };

/**
 * The lines of the plan from top to bottom. `groups` are in their order and may hold ones without a task; a task
 * of several (assignees) stands under its first, so that it has one bar.
 */
export function rowsOf(
	tasks: readonly Task[],
	groups: readonly Group[] | undefined,
	groupOf: (task: Task) => string,
	closed: ReadonlySet<string>,
): Row[] {
	const line = (task: Task): Row => ({ kind: "task", key: task.id, id: task.id });
	if (!groups) return tasks.map(line);
	const members = new Map<string, Task[]>();
	for (const task of tasks) append(members, groupOf(task), task);
	return groups.flatMap(({ key, name }) => {
		const inside = members.get(key) ?? [];
		if (inside.length === 0) return [];
		const open = !closed.has(key);
		const head: Row = { kind: "group", key: `group ${key}`, name, count: inside.length, open };
		return open ? [head, ...inside.map(line)] : [head];
	});
}
