import type { Workload } from "boardcast";
import type { Shape } from "../../../ui/plot/picture";
import { reports as words } from "../messages";
import type { Names, Told } from "./told";

/** What each person has to do, one below the other: those with the most first, and what has no person last. */
export function tellWorkload({ points }: Workload, names: Names): Told | undefined {
	const some = points.filter(({ open, completed }) => open + completed > 0);
	if (some.length === 0) return undefined;
	const name = (id: string | null | undefined) => (id ? names.person(id) : words.nobody);
	const sorted = some.toSorted(
		(a, b) =>
			Number(!a.user_id) - Number(!b.user_id) ||
			b.open - a.open ||
			name(a.user_id).localeCompare(name(b.user_id)),
	);
	// Parts of one bar: each is drawn upon the whole that it begins.
	const bars = (
		label: string,
		ink: Shape["ink"],
		end: (point: (typeof sorted)[number]) => number,
		told: (point: (typeof sorted)[number]) => number,
	): Shape => ({ label, ink, kind: "bars", side: -1, values: sorted.map(end), told: sorted.map(told) });
	const sum = (of: "open" | "overdue") => some.reduce((all, point) => all + point[of], 0);
	return {
		picture: {
			places: sorted.map(({ user_id }) => name(user_id)),
			lying: true,
			shapes: [
				bars(
					words.open,
					"bar-0",
					({ open }) => open,
					({ open }) => open,
				),
				bars(
					words.dueThisWeek,
					"bar-1",
					({ open, overdue, due_this_week }) => Math.min(open, overdue + due_this_week),
					({ due_this_week }) => due_this_week,
				),
				bars(
					words.overdue,
					"danger",
					({ overdue }) => overdue,
					({ overdue }) => overdue,
				),
				{
					label: words.completed,
					ink: "bar-done",
					kind: "bars",
					side: 1,
					values: sorted.map(({ completed }) => completed),
				},
			],
			say: words.tasks,
		},
		summary: words.summary.workload(
			sum("open"),
			some.filter(({ user_id }) => user_id).length,
			sum("overdue"),
		),
		heads: [words.heads.person, words.open, words.overdue, words.dueThisWeek, words.completed],
		rows: sorted.map(({ user_id, open, overdue, due_this_week, completed }) => ({
			key: user_id ?? "none",
			cells: [name(user_id), open, overdue, due_this_week, completed],
		})),
	};
}
