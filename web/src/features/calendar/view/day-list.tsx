import { dayOf } from "../../../platform/days";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";
import { AddField } from "./add-field";
import { TaskLine } from "./task-line";

/** All tasks of a day, and the field for a new one. */
export function DayList({ day, model, isAdding }: { day: number; model: CalendarModel; isAdding: boolean }) {
	const tasks = model.tasksOn(day);
	return (
		<>
			{tasks.length === 0 && <p class="soft cal-no-tasks">{calendar.noTasks}</p>}
			<ul class="cal-lines">
				{tasks.map((task) => (
					<TaskLine key={task.id} task={task} model={model} />
				))}
			</ul>
			{model.editable.value && <AddField day={dayOf(day)} model={model} isFirst={isAdding} />}
		</>
	);
}
