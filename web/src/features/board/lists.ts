// A list is what cards lie in: a column, or with lanes the part of a column that lies in one. Its name is `column` or
// `column lane`.

export function listOf(column: string, lane: string | undefined): string {
	return lane === undefined ? column : `${column} ${lane}`;
}

/** The card of a task in a list: a task of several lanes has one in each. */
export interface Spot {
	id: string;
	list: string;
}

export const isSpot = (spot: Spot | undefined, id: string, list: string) =>
	spot?.id === id && spot.list === list;

export function columnOfList(list: string): string {
	return list.split(" ", 1)[0] ?? list;
}

export function laneOfList(list: string): string | undefined {
	return list.split(" ", 2)[1];
}

export const groupings = ["assignee", "label", "priority", "milestone"] as const;
/** By what there are lanes. */
export type Grouping = (typeof groupings)[number];
