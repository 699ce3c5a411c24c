import { batch } from "@preact/signals";
import type { Milestone } from "boardcast";
import { moveMilestone } from "../../../domain/milestone/commands";
import { announce } from "../../../platform/announce";
import { dayOf, numberOf } from "../../../platform/days";
import { day } from "../../../platform/i18n/dates";
import { press } from "../../../platform/press";
import { timeline } from "../messages";
import type { Plan } from "../model";

/** Drag a milestone along its lane. */
export function dragMilestone(
	plan: Plan,
	milestone: Milestone,
	event: PointerEvent,
	scroller: HTMLElement | null,
): void {
	if (!plan.editable.peek() || milestone.due_on === null) return;
	const from = numberOf(milestone.due_on);
	const hold = (number: number) => {
		if (plan.draggedMilestone.peek()?.day !== number)
			plan.draggedMilestone.value = { id: milestone.id, day: number };
	};
	const begin = () => {
		hold(from);
		return {
			move: (dx: number) => hold(from + Math.round(dx / plan.px.peek())),
			drop: () => dropMilestone(plan),
			cancel: () => {
				plan.draggedMilestone.value = null;
			},
		};
	};
	press(event, { begin, scroller });
}

/** Move the milestone to the day where it was dropped. */
export function dropMilestone(plan: Plan): void {
	const dragged = plan.draggedMilestone.peek();
	const milestone = dragged && plan.store.tables.milestones.peek(dragged.id);
	if (!dragged || !milestone) return;
	batch(() => {
		plan.draggedMilestone.value = null;
		moveMilestone(plan.store, milestone, dayOf(dragged.day));
	});
	announce(timeline.movedMilestone(milestone.name, day(dayOf(dragged.day))));
}
