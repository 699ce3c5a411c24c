import type { Dependency } from "boardcast";

export type Link = Pick<Dependency, "task_id" | "depends_on_id" | "lag_days">;

/** The tasks of `among` in an order in which each comes after all that it waits for; tasks of a circle are left out. */
export function topological(among: Iterable<string>, links: readonly Link[]): string[] {
	const inside = new Set(among);
	const waiting = new Map<string, number>();
	const next = new Map<string, string[]>();
	for (const { task_id, depends_on_id } of links) {
		if (!inside.has(task_id) || !inside.has(depends_on_id)) continue;
		waiting.set(task_id, (waiting.get(task_id) ?? 0) + 1);
		append(next, depends_on_id, task_id);
	}
	const order = [...inside].filter((id) => !waiting.has(id));
	// The loop appends to the array that it iterates.
	for (const id of order) {
		for (const follower of next.get(id) ?? []) {
			const left = (waiting.get(follower) ?? 0) - 1;
			waiting.set(follower, left);
			if (left === 0) order.push(follower);
		}
	}
	return order;
}

/** All tasks that wait for a task, directly or through others. */
export function followersOf(id: string, links: readonly Link[]): Set<string> {
	const next = new Map<string, string[]>();
	for (const link of links) append(next, link.depends_on_id, link.task_id);
	const found = new Set<string>();
	const open = [id];
	for (let task = open.pop(); task !== undefined; task = open.pop()) {
		for (const follower of next.get(task) ?? []) {
			if (found.has(follower)) continue;
			found.add(follower);
			open.push(follower);
		}
	}
	return found;
}

/** Whether `task` waiting for `other` would make them wait for each other in a circle. */
export function wouldCircle(task: string, other: string, links: readonly Link[]): boolean {
	return task === other || followersOf(task, links).has(other);
}

export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
	const list = lists.get(key);
	if (list) list.push(value);
	else lists.set(key, [value]);
}
