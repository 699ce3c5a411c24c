// What a plot shows, as data: which shapes, along which places, in which of the house's colours.

/** A colour of `styles/tokens.css`, without the dashes. */
export type Ink =
	| "accent"
	| "bar"
	| "bar-0"
	| "bar-1"
	| "bar-2"
	| "bar-3"
	| "bar-4"
	| "bar-5"
	| "bar-done"
	| "danger"
	| "text-soft";

export interface Shape {
	label: string;
	ink: Ink;
	/**
	 * A `layer` is filled down to the axis, over the shapes before it; an `area` is a line over a light ground. `side` puts bars of one
	 * place beside each other.
	 */
	kind: "line" | "area" | "layer" | "bars" | "marks";
	side?: -1 | 0 | 1;
	/** One for each place; null where there is none. */
	values: readonly (number | null)[];
	/** What a person reads, where the shape is drawn upon others. */
	told?: readonly (number | null)[];
}

/** A point of its own, anywhere among the places. */
export interface Dot {
	at: number;
	value: number;
	title: string;
	note: string;
	href?: string | undefined;
}

/** A line across the plot, at a value. */
export interface Level {
	value: number;
	label: string;
	/** The same where there is little room. */
	short: string;
}

export interface Picture {
	/** What stands along the axis. */
	places: readonly string[];
	/** What is said of each place that is pointed at, where that is more. */
	heads?: readonly string[];
	/** The places stand below each other, and what they have goes to the right. */
	lying?: boolean;
	shapes: readonly Shape[];
	dots?: readonly Dot[];
	dotInk?: Ink;
	levels?: readonly Level[];
	/** A value in words: "3 tasks". */
	say: (value: number) => string;
}

/** What lies under the pointer. */
export interface Pointed {
	/** In px, from the corner of the plot. */
	left: number;
	top: number;
	place?: number;
	dot?: Dot;
}

/** The largest value that has to find room. */
export function most({ shapes, dots = [], levels = [] }: Picture): number {
	const values = [
		...shapes.flatMap(({ values }) => values.map((value) => value ?? 0)),
		...dots.map(({ value }) => value),
		...levels.map(({ value }) => value),
	];
	return values.reduce((high, value) => Math.max(high, value), 0);
}

/** Which of `count` places are named when `fit` names have room: the last one is, and others in equal steps before it. */
export function named(count: number, fit: number): number[] {
	const step = Math.max(1, Math.ceil(count / Math.max(1, fit)));
	const places: number[] = [];
	for (let at = count - 1; at >= 0; at -= step) places.unshift(at);
	return places;
}
