// The reports in which each task is a dot.
import type { Ageing, CycleTime } from "boardcast";
import { day } from "../../../platform/i18n/dates";
import type { Dot, Level } from "../../../ui/plot/picture";
import { reports as words } from "../messages";
import { daysBetween } from "./steps";
import type { Names, Told } from "./told";

type Percentiles = CycleTime["percentiles"];

function levelsOf({ p50, p85, p95 }: Percentiles): Level[] {
	const all = [
		[50, p50],
		[85, p85],
		[95, p95],
	] as const;
	return all.flatMap(([share, value]) =>
		value === null ? [] : [{ value, label: words.level(share, value), short: words.share(share) }],
	);
}

export function tellCycleTime({ points, percentiles, from, to }: CycleTime, names: Names): Told | undefined {
	if (points.length === 0) return undefined;
	const days = daysBetween(from, to);
	const places = new Map(days.map((on, at) => [on, at]));
	const dots = points.map(
		({ number, title, completed_on, days: took }): Dot => ({
			at: places.get(completed_on) ?? 0,
			value: took,
			title: `${names.numbered(number)} ${title}`,
			note: `${words.days(took)}, ${day(completed_on)}`,
			href: names.task(number),
		}),
	);
	const [p50 = 0, p85 = 0, p95 = 0] = levelsOf(percentiles).map(({ value }) => value);
	return {
		picture: {
			places: days.map(day),
			shapes: [],
			dots,
			dotInk: "bar-done",
			levels: levelsOf(percentiles),
			say: words.days,
		},
		summary: words.summary.cycleTime(points.length, p50, p85, p95),
		heads: [words.heads.task, words.heads.title, words.heads.completedOn, words.heads.days],
		rows: points.map(({ task_id, number, title, completed_on, days: took }) => ({
			key: task_id,
			cells: [names.numbered(number), title, completed_on, took],
			href: names.task(number),
		})),
		linked: 0,
	};
}

/** The golden ratio spreads any number of dots over the width of a column. */
const spread = 0.618_034;
const breadth = 0.6;

export function tellAgeing(
	{ points }: Ageing,
	/** How long finished tasks took, where that is known. */
	usual: Percentiles | undefined,
	columns: readonly string[],
	names: Names,
): Told | undefined {
	if (points.length === 0) return undefined;
	const sorted = points.toSorted((a, b) => b.days - a.days);
	const used = columns.filter((id) => points.some(({ column_id }) => column_id === id));
	// A column that was deleted a moment ago.
	const unknown = [...new Set(points.map(({ column_id }) => column_id))].filter(
		(id) => !columns.includes(id),
	);
	const places = [...used, ...unknown];
	const turns = new Map<string, number>();
	const dots = sorted.map(({ number, title, column_id, days }): Dot => {
		const turn = turns.get(column_id) ?? 0;
		turns.set(column_id, turn + 1);
		const aside = (((turn + 0.809) * spread) % 1) - 0.5;
		return {
			at: places.indexOf(column_id) + aside * breadth,
			value: days,
			title: `${names.numbered(number)} ${title}`,
			note: `${words.days(days)}, ${names.column(column_id)}`,
			href: names.task(number),
		};
	});
	const [oldest] = sorted;
	return {
		picture: {
			places: places.map(names.column),
			shapes: [],
			dots,
			dotInk: "bar-1",
			levels: usual ? levelsOf(usual) : [],
			say: words.days,
		},
		summary: oldest
			? words.summary.ageing(
					`${names.numbered(oldest.number)} ${oldest.title}`,
					names.column(oldest.column_id),
					oldest.days,
				)
			: "",
		heads: [words.heads.task, words.heads.title, words.heads.column, words.heads.days, words.heads.since],
		rows: sorted.map(({ task_id, number, title, column_id, days, since }) => ({
			key: task_id,
			cells: [names.numbered(number), title, names.column(column_id), days, since.slice(0, 10)],
			href: names.task(number),
		})),
		linked: 0,
	};
}
