/** A bar in pixels. */
export interface Box {
	left: number;
	right: number;
	/** The row of the bar. */
	row: number;
	/** Its title is drawn to the right of it. */
	titled?: boolean;
}
interface Arrow {
	path: string;
	head: string;
}
interface Measures {
	rowHeight: number;
	barHeight: number;
}
type Point = [x: number, y: number];

const step = 8;
const radius = 4;

/**
 * The arrow from the end of one bar to the start of another, in horizontal and vertical lines. The long vertical part
 * is placed where it crosses the fewest bars of the rows in between.
 */
export function route(
	from: Box,
	to: Box,
	between: readonly Box[],
	{ rowHeight, barHeight }: Measures,
): Arrow {
	const middle = (box: Box) => box.row * rowHeight + rowHeight / 2;
	const [y1, y2] = [middle(from), middle(to)];
	const down = y2 > y1 ? 1 : -1;
	const gap = to.left - from.right;
	const clear = (x: number) => between.filter((box) => x > box.left - 3 && x < box.right + 3).length;

	if (gap >= 2 * step) {
		const edges = between.flatMap((box) => [box.right + step, box.left - step]);
		const inside = edges.filter((x) => x > from.right + step && x < to.left - step);
		// Crossing the title beside the bar is worse than crossing one bar, and better than crossing two.
		const cost = (x: number) => clear(x) + (from.titled && x > from.right + step ? 1.5 : 0);
		const x = best([from.right + step, to.left - step, ...inside], cost);
		return drawn(
			[
				[from.right, y1],
				[x, y1],
				[x, y2],
				[to.left, y2],
			],
			3,
		);
	}
	if (gap >= 0) {
		// The follower begins at once: one corner, and into its top (or bottom).
		const x = to.left + Math.min(step, (to.right - to.left) / 2);
		const edge = y2 - (down * barHeight) / 2;
		return drawn(
			[
				[from.right, y1],
				[Math.max(x, from.right + 2), y1],
				[Math.max(x, from.right + 2), edge],
			],
			3,
		);
	}
	// The follower begins earlier: go around, through the space between two rows.
	const out = from.right + step;
	const into = to.left - step;
	const nearTarget = y2 - (down * rowHeight) / 2;
	const nearSource = y1 + (down * rowHeight) / 2;
	const lane = clear(out) <= clear(into) ? nearTarget : nearSource;
	return drawn(
		[
			[from.right, y1],
			[out, y1],
			[out, lane],
			[into, lane],
			[into, y2],
			[to.left, y2],
		],
		3,
	);
}

/** Where the upright part of an arrow lies that goes past many rows: as `route` draws it with nothing between. */
export function uprightOf(from: Box, to: Box): number {
	const gap = to.left - from.right;
	if (gap < 0 || gap >= 2 * step) return Math.round(from.right + step);
	return Math.max(to.left + Math.min(step, (to.right - to.left) / 2), from.right + 2);
}

function best(places: number[], cost: (x: number) => number): number {
	let [found = 0, least = Number.POSITIVE_INFINITY] = [places[0]];
	for (const x of places) {
		const crossed = cost(x);
		if (crossed < least) [found, least] = [x, crossed];
	}
	return Math.round(found);
}

/** A line with rounded corners, and the triangle at its end. */
function drawn(points: Point[], half: number): Arrow {
	const [start = [0, 0]] = points;
	let path = `M${start[0]} ${start[1]}`;
	for (let i = 1; i < points.length; i++) {
		const [before, here, after] = [points[i - 1], points[i], points[i + 1]];
		if (!before || !here) break;
		if (!after) {
			path += `L${here[0]} ${here[1]}`;
			break;
		}
		const bend = Math.min(radius, distance(before, here) / 2, distance(here, after) / 2);
		const [a, b] = [toward(here, before, bend), toward(here, after, bend)];
		path += `L${a[0]} ${a[1]}Q${here[0]} ${here[1]} ${b[0]} ${b[1]}`;
	}
	const [tip = [0, 0], last = [0, 0]] = [points.at(-1), points.at(-2)];
	const back = toward(tip, last, half * 2);
	const level = last[1] === tip[1];
	const [w, h] = level ? [0, half] : [half, 0];
	return {
		path,
		head: `M${tip[0]} ${tip[1]}L${back[0] - w} ${back[1] - h}L${back[0] + w} ${back[1] + h}Z`,
	};
}

const distance = (a: Point, b: Point) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);

function toward(from: Point, to: Point, by: number): Point {
	const way = (a: number, b: number) => a + Math.sign(b - a) * by;
	return [way(from[0], to[0]), way(from[1], to[1])];
}
