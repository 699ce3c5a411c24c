// Critical path method (Kelley and Walker, "Critical-Path Planning and Scheduling", 1959) on the planned dates, with
// inclusive days. The server computes the same for GET …/timeline; here the result follows every edit at once.

import { append, type Link, topological } from "../../../domain/dependency/network";
import type { Bar } from "../../../domain/task/bars";

interface Network {
	/** Each task after all that wait for it. */
	backwards: readonly string[];
	/** The dependencies on each task. */
	next: ReadonlyMap<string, readonly Link[]>;
}

/** What does not change while a bar is dragged. */
export function networkOf(ids: Iterable<string>, links: readonly Link[]): Network {
	const next = new Map<string, Link[]>();
	for (const link of links) append(next, link.depends_on_id, link);
	return { backwards: topological(ids, links).reverse(), next };
}

/** By how many days each task may end later without delaying the end of the plan; negative where a dependency is broken. */
export function slackOf(
	bars: ReadonlyMap<string, Bar>,
	links: readonly Link[],
	{ backwards, next }: Network = networkOf(bars.keys(), links),
): Map<string, number> {
	let end = Number.NEGATIVE_INFINITY;
	for (const bar of bars.values()) end = Math.max(end, bar.due);
	const slack = new Map<string, number>();
	for (const id of backwards) {
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

/** Critical is what cannot end later without delaying the end of the plan. */
export function isCritical(slack: ReadonlyMap<string, number>, id: string): boolean {
	return (slack.get(id) ?? 1) <= 0;
}

/** The free days between the two tasks of a dependency, beyond its lag: 0 is tight, below 0 is broken. */
export function roomOf(link: Link, bars: ReadonlyMap<string, Bar>): number | undefined {
	const before = bars.get(link.depends_on_id);
	const after = bars.get(link.task_id);
	return before && after ? after.start - before.due - 1 - link.lag_days : undefined;
}
