// Which bars lie in which lane of a week. A bar over several weeks has a segment in each.
import type { Bar } from "../../../domain/task/bars";

export interface Segment {
	id: string;
	/** The days of the week that it covers, from 0 to 6, both included. */
	from: number;
	to: number;
	lane: number;
	/** It goes on from the week before, or into the next one. */
	isContinued: boolean;
	continues: boolean;
}

/**
 * The segments of the week that begins at `start`: what begins earlier lies higher, and of these the longer one; `first` above
 * all, as what a person moves is never hidden.
 */
export function segmentsOf(bars: ReadonlyMap<string, Bar>, start: number, first?: string): Segment[] {
	const end = start + 6;
	const inWeek = [...bars].filter(([, bar]) => bar.start <= end && bar.due >= start);
	inWeek.sort(
		([a, one], [b, other]) =>
			Number(b === first) - Number(a === first) ||
			one.start - other.start ||
			other.due - one.due ||
			(a < b ? -1 : 1),
	);
	/** The first free day of each lane. */
	const free: number[] = [];
	return inWeek.map(([id, bar]) => {
		const [from, to] = [Math.max(bar.start, start) - start, Math.min(bar.due, end) - start];
		const found = free.findIndex((day) => day <= from);
		const lane = found < 0 ? free.length : found;
		free[lane] = to + 1;
		return { id, from, to, lane, isContinued: bar.start < start, continues: bar.due > end };
	});
}

/**
 * What fits in `most` lanes. Where more lie on a day, the last lane is left to the words "3 more"; `hidden` counts them by day.
 */
export function fitted(segments: readonly Segment[], most: number): { shown: Segment[]; hidden: number[] } {
	const crowded = Array.from({ length: 7 }, () => false);
	for (const { lane, from, to } of segments) if (lane >= most) crowded.fill(true, from, to + 1);
	const hidden = Array.from({ length: 7 }, () => 0);
	const shown: Segment[] = [];
	for (const segment of segments) {
		const { lane, from, to } = segment;
		const isOver = lane >= most || (lane === most - 1 && crowded.slice(from, to + 1).includes(true));
		if (!isOver) shown.push(segment);
		else for (let day = from; day <= to; day++) hidden[day] = (hidden[day] ?? 0) + 1;
	}
	return { shown, hidden };
}
