import type { Notification } from "boardcast";

/** Both lists as one, newest first. Of a notification that is in both, the one of `fresh` counts. */
export function merge(before: readonly Notification[], fresh: readonly Notification[]): Notification[] {
	const all = new Map(before.map((one) => [one.id, one]));
	for (const one of fresh) all.set(one.id, one);
	return [...all.values()].sort((a, b) => b.number - a.number);
}
