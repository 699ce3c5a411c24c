import { CalendarDays } from "lucide-preact";
import type { Task } from "../../lib/api/types";
import { day, today } from "../../lib/messages/dates";
import { task as words } from "../../lib/messages/task";
import { dueState } from "../../lib/tasks/due";
import "./marks.css";

/** When it is due, louder the nearer it is. */
export function Due({ task }: { task: Task }) {
	const state = dueState(task, today());
	if (state === null || task.due_on === null) return null;
	return (
		<span class="due" data-state={state} title={words.dueHint(task.due_on, state)}>
			<CalendarDays size={13} aria-hidden="true" />
			<span class="quiet">{words.dueHint(task.due_on, state)}</span>
			<time dateTime={task.due_on} aria-hidden="true">
				{state === "today" ? words.today : day(task.due_on)}
			</time>
		</span>
	);
}
