// The reports whose places are steps of time.
import type { Burnup, CumulativeFlow, Throughput } from "boardcast";
import { day } from "../../../platform/i18n/dates";
import type { Ink, Shape } from "../../../ui/plot/picture";
import { reports as words } from "../messages";
import { stepHead, stepsOf } from "./steps";
import type { Names, Told } from "./told";

export function tellBurnup({ points, interval }: Burnup): Told | undefined {
	const last = points.at(-1);
	if (!last || points.every(({ scope }) => scope === 0)) return undefined;
	return {
		picture: {
			...stepsOf(points, interval),
			shapes: [
				{ label: words.scope, ink: "text-soft", kind: "line", values: points.map(({ scope }) => scope) },
				{ label: words.done, ink: "bar-done", kind: "area", values: points.map(({ done }) => done) },
			],
			say: words.tasks,
		},
		summary: words.summary.burnup(last.done, last.scope, day(last.on)),
		heads: [stepHead(interval), words.scope, words.done],
		rows: points.map(({ on, scope, done }) => ({ key: on, cells: [on, scope, done] })),
	};
}

export function tellThroughput({ points, interval }: Throughput): Told | undefined {
	const sum = (of: "created" | "completed" | "reopened") => points.reduce((all, point) => all + point[of], 0);
	const [created, completed, reopened] = [sum("created"), sum("completed"), sum("reopened")];
	if (created + completed + reopened === 0) return undefined;
	const bars = (label: string, ink: Ink, side: -1 | 1, of: "created" | "completed"): Shape => ({
		label,
		ink,
		kind: "bars",
		side,
		values: points.map((point) => point[of]),
	});
	const back: Shape = {
		label: words.reopened,
		ink: "bar-1",
		kind: "marks",
		values: points.map((point) => point.reopened || null),
	};
	return {
		picture: {
			...stepsOf(points, interval),
			shapes: [
				bars(words.created, "bar-0", -1, "created"),
				bars(words.completed, "bar-done", 1, "completed"),
				...(reopened > 0 ? [back] : []),
			],
			say: words.tasks,
		},
		summary: words.summary.throughput(created, completed, reopened),
		heads: [stepHead(interval), words.created, words.completed, words.reopened],
		rows: points.map((point) => ({
			key: point.on,
			cells: [point.on, point.created, point.completed, point.reopened],
		})),
	};
}

export function tellFlow({ points, columns, interval }: CumulativeFlow, names: Names): Told | undefined {
	const last = points.at(-1);
	const total = points.reduce((all, { counts }) => all + counts.reduce((a, b) => a + b, 0), 0);
	if (!last || total === 0) return undefined;
	// What is done lies at the ground; on it the columns before, up to the first one.
	const above = (counts: readonly number[], from: number) => counts.slice(from).reduce((a, b) => a + b, 0);
	const shapes = columns.map(
		(column, at): Shape => ({
			label: column.name,
			ink: inkOf(names.hue(column)),
			kind: "layer",
			values: points.map(({ counts }) => above(counts, at)),
			told: points.map(({ counts }) => counts[at] ?? 0),
		}),
	);
	const held = columns.map(({ name }, at) => words.summary.column(name, last.counts[at] ?? 0));
	return {
		picture: { ...stepsOf(points, interval), shapes, say: words.tasks },
		summary: words.summary.flow(day(last.on), held),
		heads: [stepHead(interval), ...columns.map(({ name }) => name)],
		rows: points.map(({ on, counts }) => ({ key: on, cells: [on, ...counts] })),
	};
}

/** `column-2`, `done` or `none`, as the board names a column's colour. */
export function inkOf(hue: string): Ink {
	if (hue === "done") return "bar-done";
	const turn = /^column-([0-5])$/.exec(hue)?.[1];
	return turn === undefined ? "bar" : (`bar-${turn}` as Ink);
}
