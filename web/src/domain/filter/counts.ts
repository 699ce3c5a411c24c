import { today } from "../../platform/i18n/dates";
import { type FilterKind, me, none, valuesOf } from "./filter";
import type { ProjectFilter } from "./project-filter";
import { recentOf } from "./wide";

/** How many tasks each value of a kind would show, with all that the filter asks of the other kinds. */
export function counted(filter: ProjectFilter, kind: FilterKind): Map<string, number> {
	const matches = filter.matching({ ...filter.value, [kind]: [] });
	const counts = new Map<string, number>();
	const add = (value: string) => counts.set(value, (counts.get(value) ?? 0) + 1);
	const now = today();
	for (const task of filter.store.tables.tasks.peekAll()) {
		if (task.archived_at !== null || !matches(task)) continue;
		const own = recentOf(kind, task, now) ?? valuesOf(kind, task, now);
		if (own.length === 0) add(none);
		for (const one of own) add(one);
	}
	if (kind === "assignee") counts.set(me, counts.get(filter.user.id) ?? 0);
	return counts;
}
