import { batch } from "@preact/signals";
import { scheduleTask } from "../../../domain/schedule/commands";
import { dependents } from "../../../domain/schedule/dependents";
import { datesOf } from "../../../domain/task/bars";
import { announce } from "../../../platform/announce";
import { spokenSpan } from "../describe";
import { timeline } from "../messages";
import type { Plan } from "../model";

/** Key presses that follow each other within this time, in ms, are one move: one request, one event, one undo. */
const pause = 600;
let timer = 0;

/** Reschedule the task to the place of its dragged bar. In one batch, so that the bar does not jump back in between. */
export function commitDrag(plan: Plan): void {
	const dragged = plan.dragged.peek();
	const task = dragged && plan.store.tables.tasks.peek(dragged.id);
	if (!dragged || !task) return;
	const also = plan.followerShift.peek().size;
	batch(() => {
		plan.dragged.value = null;
		scheduleTask(plan.store, task, datesOf(dragged.bar, task), dependents.peek());
	});
	if (!dragged.keys) {
		const where = spokenSpan(dragged.bar) + (also > 0 ? `, ${timeline.alsoMoves(also)}` : "");
		announce(timeline.moved(plan.name(task), where));
	}
}

/** Commit a move by keys once the keys have paused. */
export function commitKeyMoveSoon(plan: Plan): void {
	clearTimeout(timer);
	timer = setTimeout(() => commitKeyMove(plan), pause) as unknown as number;
}

/** Commit a move by keys, before something else happens. */
export function commitKeyMove(plan: Plan): void {
	clearTimeout(timer);
	if (plan.dragged.peek()?.keys) commitDrag(plan);
}

/** Take a move by keys back before it is committed; false when there is none. */
export function cancelKeyMove(plan: Plan): boolean {
	const dragged = plan.dragged.peek();
	if (!dragged) return false;
	clearTimeout(timer);
	plan.dragged.value = null;
	const task = plan.store.tables.tasks.peek(dragged.id);
	if (task) announce(timeline.takenBack(plan.name(task)));
	return true;
}
