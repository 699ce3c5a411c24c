import { batch } from "@preact/signals";
import { announce } from "../../../lib/announce";
import type { Milestone } from "../../../lib/api/types";
import { day } from "../../../lib/messages/dates";
import { timeline } from "../../../lib/messages/timeline";
import { move } from "../edit/milestones";
import type { Plan } from "../model";
import { dayOf, numberOf } from "../plan/days";
import { press } from "./press";

/** Drag a diamond along its lane. */
export function holdMilestone(
	plan: Plan,
	milestone: Milestone,
	event: PointerEvent,
	scroller: HTMLElement | null,
): void {
	if (!plan.editable.peek() || milestone.due_on === null) return;
	const from = numberOf(milestone.due_on);
	const hold = (number: number) => {
		if (plan.heldMilestone.peek()?.day !== number)
			plan.heldMilestone.value = { id: milestone.id, day: number };
	};
	const begin = () => {
		hold(from);
		return {
			move: (dx: number) => hold(from + Math.round(dx / plan.px.peek())),
			drop: () => dropMilestone(plan),
			cancel: () => {
				plan.heldMilestone.value = null;
			},
		};
	};
	press(event, { begin, scroller });
}

/** Where it is held becomes its date. */
export function dropMilestone(plan: Plan): void {
	const held = plan.heldMilestone.peek();
	const milestone = held && plan.store.tables.milestones.peek(held.id);
	if (!held || !milestone) return;
	batch(() => {
		plan.heldMilestone.value = null;
		move(plan, milestone, dayOf(held.day));
	});
	announce(timeline.movedMilestone(milestone.name, day(dayOf(held.day))));
}
