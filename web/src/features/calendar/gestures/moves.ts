import type { Bar } from "../../../domain/task/bars";

export type Grip = "whole" | "start" | "due";

/** A bar after so many days of dragging: moved whole, or by one of its ends, which does not pass the other one. */
export function dragged(bar: Bar, grip: Grip, days: number): Bar {
	const { start, due } = bar;
	if (grip === "start") return { start: Math.min(start + days, due), due };
	if (grip === "due") return { start, due: Math.max(due + days, start) };
	return { start: start + days, due: due + days };
}
