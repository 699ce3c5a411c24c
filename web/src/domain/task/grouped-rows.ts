import type { Task } from "boardcast";
import { append } from "../dependency/network";

/** Tasks under the heads of their groups, as the table and the timeline list them. */
export interface Group {
	/** "" is the group of the tasks that belong to none. */
	key: string;
	name: string;
}
export interface GroupRow extends Group {
	kind: "group";
	count: number;
	open: boolean;
}
interface TaskRow {
	kind: "task";
	/** Of the row: a task of two groups has two rows. */
	key: string;
	id: string;
}
export type Row = GroupRow | TaskRow;

/** The rows from top to bottom. Groups without a task are left out; a task is in each group that `keysOf` names. */
export function groupedRows(
	tasks: readonly Task[],
	groups: readonly Group[] | undefined,
	keysOf: (task: Task) => readonly string[],
	closed: ReadonlySet<string>,
	rowKey: (task: Task, group: string) => string = ({ id }) => id,
): Row[] {
	if (!groups) return tasks.map(({ id }) => ({ kind: "task", key: id, id }));
	const members = new Map<string, TaskRow[]>();
	for (const task of tasks)
		for (const group of keysOf(task))
			append(members, group, { kind: "task", key: rowKey(task, group), id: task.id });
	return groups.flatMap(({ key, name }) => {
		const inside = members.get(key);
		if (!inside) return [];
		const open = !closed.has(key);
		const head: GroupRow = { kind: "group", key: `group ${key}`, name, count: inside.length, open };
		return open ? [head, ...inside] : [head];
	});
}

/** Whether both are drawn alike. */
export function isSameRows(a: readonly Row[], b: readonly Row[]): boolean {
	const isSame = (row: Row, other: Row | undefined) =>
		row.key === other?.key &&
		(row.kind === "task" ||
			(other.kind === "group" &&
				row.name === other.name &&
				row.count === other.count &&
				row.open === other.open));
	return a.length === b.length && a.every((row, index) => isSame(row, b[index]));
}
