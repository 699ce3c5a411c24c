import type { Instant } from "boardcast";

/** So long a deleted task is in the trash. */
const days = 30;
const day = 86_400_000;

/** How many days a task that was deleted then is still in the trash: 30 at first, 1 on its last one. */
export function daysLeft(deleted: Instant, now: number): number {
	const left = Math.ceil((Date.parse(deleted) + days * day - now) / day);
	return Math.min(days, Math.max(1, left));
}
