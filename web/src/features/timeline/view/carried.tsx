import { day } from "../../../lib/messages/dates";
import { carried } from "../hands/place";
import type { Plan } from "../model";
import { dayOf } from "../plan/days";

/** A task without dates under the pointer, with the day it would get. */
export function Carried({ plan }: { plan: Plan }) {
	const now = carried.value;
	const task = now && plan.store.tables.tasks.get(now.id);
	if (!now || !task) return null;
	return (
		<div class="tl-carry" style={{ left: `${now.x}px`, top: `${now.y}px` }} aria-hidden="true">
			<span class="truncate">
				<span class="soft">{plan.name(task)}</span> {task.title}
			</span>
			{now.day !== null && <strong>{day(dayOf(now.day))}</strong>}
		</div>
	);
}
