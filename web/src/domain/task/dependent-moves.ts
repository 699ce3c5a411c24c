// How the tasks that wait for a rescheduled task move. The server computes the same; here it is shown before its answer.
import type { Task } from "boardcast";
import { append, followersOf, type Link, topological } from "../dependency/network";
import { type Bar, barOf, barsOf, type Dates } from "./bars";

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
	const followers = followersOf(task.id, links);
	if (followers.size === 0) return new Map();
	// Only the followers and what they wait for matter, of thousands of tasks.
	const near = links.filter((link) => followers.has(link.task_id));
	const concerned = new Set([...followers, ...near.map((link) => link.depends_on_id)]);
	const some = tasks.filter((one) => concerned.has(one.id));
	const bars = barsOf(some);
	const fixed = new Set(
		some.filter((t) => t.completed_at !== null || t.archived_at !== null).map((t) => t.id),
	);
	if (dependents === "push") return pushes(followers, bars.set(task.id, is), fixed, near);
	const was = barOf(task);
	const days = was ? is.due - was.due : 0;
	const following = days === 0 ? [] : [...followers];
	return new Map(following.filter((id) => bars.has(id) && !fixed.has(id)).map((id) => [id, days]));
}

/** Move each follower later, just as far as the tasks that it waits for demand; free days in between are used up first. */
function pushes(
	followers: ReadonlySet<string>,
	bars: Map<string, Bar>,
	fixed: ReadonlySet<string>,
	links: readonly Link[],
): Map<string, number> {
	const before = new Map<string, Link[]>();
	for (const link of links) append(before, link.task_id, link);
	const days = new Map<string, number>();
	for (const id of topological(followers, links)) {
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
