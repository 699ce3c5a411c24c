import { dayOf } from "../../../platform/days";
import { day } from "../../../platform/i18n/dates";
import { draggedTask } from "../gestures/drag-onto-plan";
import type { Plan } from "../model";

/** The dragged task at the pointer, with the day that it would get. */
export function DraggedTaskCard({ plan }: { plan: Plan }) {
	const now = draggedTask.value;
	const task = now && plan.store.tables.tasks.get(now.id);
	if (!now || !task) return null;
	return (
		<div class="tl-dragged-task" style={{ left: `${now.x}px`, top: `${now.y}px` }} aria-hidden="true">
			<span class="truncate">
				<span class="soft">{plan.name(task)}</span> <bdi>{task.title}</bdi>
			</span>
			{now.day !== null && <strong>{day(dayOf(now.day))}</strong>}
		</div>
	);
}
