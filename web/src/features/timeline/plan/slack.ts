// Critical path method (Kelley and Walker, "Critical-Path Planning and Scheduling", 1959) on the dates as planned,
// with inclusive days. The server answers the same with GET …/timeline; here it follows every edit without asking.
import type { Bar } from "./bars";
import { append, type Link, topological } from "./network";

/** Days that each task may end later without moving the plan's end; negative where the plan breaks a dependency. */
export function slackOf(bars: ReadonlyMap<string, Bar>, links: readonly Link[]): Map<string, number> {
	let end = Number.NEGATIVE_INFINITY;
	for (const bar of bars.values()) end = Math.max(end, bar.due);
	const next = new Map<string, Link[]>();
	for (const link of links) append(next, link.depends_on_id, link);
	const slack = new Map<string, number>();
	for (const id of topological(bars.keys(), links).reverse()) {
		const own = bars.get(id);
		if (!own) continue;
		let room = end - own.due;
		for (const { task_id, lag_days } of next.get(id) ?? []) {
			const follower = bars.get(task_id);
			const later = slack.get(task_id);
			if (follower && later !== undefined)
				room = Math.min(room, follower.start - lag_days - 1 - own.due + later);
		}
		slack.set(id, room);
	}
	return slack;
}

/** Days between what a dependency asks for and what is planned: 0 is tight, below 0 is broken. */
export function roomOf(link: Link, bars: ReadonlyMap<string, Bar>): number | undefined {
	const before = bars.get(link.depends_on_id);
	const after = bars.get(link.task_id);
	return before && after ? after.start - before.due - 1 - link.lag_days : undefined;
}
