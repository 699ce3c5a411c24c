/** What the rows can be grouped by. */
export const groupings = ["none", "column", "assignee", "label", "priority", "milestone"] as const;
export type GroupBy = (typeof groupings)[number];

export function readGroup(text: string | null): GroupBy {
	return groupings.find((one) => one === text) ?? "none";
}
