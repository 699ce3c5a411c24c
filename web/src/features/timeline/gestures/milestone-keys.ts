import type { Milestone } from "boardcast";
import { announce } from "../../../platform/announce";
import { dayOf, numberOf } from "../../../platform/days";
import { day } from "../../../platform/i18n/dates";
import { timeline } from "../messages";
import type { Plan } from "../model";
import { dropMilestone } from "./milestones";

const pause = 600;
let timer = 0;

/** Left and right move the milestone by a day; up, down, Home and End go to another one. */
export function milestoneKeys(plan: Plan, milestone: Milestone, event: KeyboardEvent): void {
	if (event.altKey || event.metaKey || event.ctrlKey || event.shiftKey) return;
	if (!act(plan, milestone, event)) return;
	event.preventDefault();
	event.stopPropagation();
}

function act(plan: Plan, milestone: Milestone, { key, currentTarget }: KeyboardEvent): boolean {
	if (key === "ArrowLeft" || key === "ArrowRight") {
		if (plan.editable.peek()) nudge(plan, milestone, key === "ArrowRight" ? 1 : -1);
		return true;
	}
	if (key === "Escape") {
		if (!plan.draggedMilestone.peek()) return false;
		clearTimeout(timer);
		plan.draggedMilestone.value = null;
		announce(timeline.takenBack(milestone.name));
		return true;
	}
	const list = (currentTarget as Element).closest("ul");
	const all = [...(list?.querySelectorAll<HTMLElement>("[data-milestone]") ?? [])];
	const at = all.indexOf(currentTarget as HTMLElement);
	const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
	const to = places[key];
	if (to === undefined) return false;
	all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
	return true;
}

function nudge(plan: Plan, { id, name, due_on }: Milestone, days: 1 | -1): void {
	const dragged = plan.draggedMilestone.peek();
	const from = dragged?.id === id ? dragged.day : due_on && numberOf(due_on);
	if (typeof from !== "number") return;
	plan.draggedMilestone.value = { id, day: from + days };
	announce(timeline.movedMilestone(name, day(dayOf(from + days))));
	clearTimeout(timer);
	timer = setTimeout(() => dropMilestone(plan), pause) as unknown as number;
}
