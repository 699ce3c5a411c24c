// Which tasks stand under which heading.
import type { Day, ListedTask } from "boardcast";
import { daysAfter } from "../../domain/task/due";

export const sectionNames = ["overdue", "today", "week", "later", "undated", "waiting", "recent"] as const;
type SectionName = (typeof sectionNames)[number];
type Sections = Record<SectionName, ListedTask[]>;

/** "This week": today and so many days more. */
const week = 7;
const mostRecent = 10;
const mostWaiting = 50;

function byDay(due_on: Day | null, now: Day): SectionName {
	if (due_on === null) return "undated";
	if (due_on < now) return "overdue";
	if (due_on === now) return "today";
	return due_on <= daysAfter(now, week) ? "week" : "later";
}

/**
 * `mine` are the open tasks of the user, by due date; `latest` the tasks of all projects, the last changed first. A task
 * stands in one section only.
 */
export function sectionsOf(
	mine: readonly ListedTask[],
	latest: readonly ListedTask[],
	user: string,
	now: Day,
): Sections {
	const sections = Object.fromEntries(sectionNames.map((name) => [name, []])) as unknown as Sections;
	for (const task of mine) sections[byDay(task.due_on, now)].push(task);
	const known = new Set(mine.map(({ id }) => id));
	const others = latest.filter(({ id }) => !known.has(id));
	const isWaiting = ({ created_by, completed_at, assignee_ids }: ListedTask) =>
		created_by === user && completed_at === null && assignee_ids.some((id) => id !== user);
	sections.waiting = others.filter(isWaiting).slice(0, mostWaiting);
	const isMine = ({ created_by, assignee_ids }: ListedTask) =>
		created_by === user || assignee_ids.includes(user);
	sections.recent = others.filter((task) => isMine(task) && !isWaiting(task)).slice(0, mostRecent);
	return sections;
}
