// What the server does to the tasks that wait for a moved one, so that it is seen before it is answered.
import type { Task } from "../../../lib/api/types";
import { type Bar, barOf, barsOf, type Dates } from "./bars";
import { append, followersOf, type Link, topological } from "./network";

export type Dependents = "keep" | "push" | "shift";

/** By how many days each follower moves when `task` gets the dates `after`. Completed and archived tasks stay. */
export function movesOf(
	task: Task,
	after: Dates,
	dependents: Dependents,
	tasks: readonly Task[],
	links: readonly Link[],
): Map<string, number> {
	const is = barOf(after);
	if (dependents === "keep" || !is) return new Map();
	const bars = barsOf(tasks);
	const fixed = new Set(
		tasks.filter((t) => t.completed_at !== null || t.archived_at !== null).map((t) => t.id),
	);
	if (dependents === "push") return pushes(task.id, bars.set(task.id, is), fixed, links);
	const was = barOf(task);
	const days = was ? is.due - was.due : 0;
	const following = days === 0 ? [] : [...followersOf(task.id, links)];
	return new Map(following.filter((id) => bars.has(id) && !fixed.has(id)).map((id) => [id, days]));
}

/** Followers in their order start no earlier than all they wait for allow; room that is there is used up first. */
function pushes(
	moved: string,
	bars: Map<string, Bar>,
	fixed: ReadonlySet<string>,
	links: readonly Link[],
): Map<string, number> {
	const before = new Map<string, Link[]>();
	for (const link of links) append(before, link.task_id, link);
	const days = new Map<string, number>();
	for (const id of topological(followersOf(moved, links), links)) {
		const bar = bars.get(id);
		if (!bar || fixed.has(id)) continue;
		let needed = Number.NEGATIVE_INFINITY;
		for (const { depends_on_id, lag_days } of before.get(id) ?? []) {
			const other = bars.get(depends_on_id);
			if (other) needed = Math.max(needed, other.due + 1 + lag_days);
		}
		const by = needed - bar.start;
		if (!(by > 0)) continue;
		bars.set(id, { start: bar.start + by, due: bar.due + by });
		days.set(id, by);
	}
	return days;
}
