import type { Task } from "boardcast";
import { CalendarDays } from "lucide-preact";
import { day, today } from "../../platform/i18n/dates";
import { dueState } from "./due";
import { task as words } from "./messages";
import "./marks.css";

/** The due date, in a colour that shows how near it is. */
export function Due({ task }: { task: Task }) {
	const state = dueState(task, today());
	if (state === null || task.due_on === null) return null;
	return (
		<span class="due" data-state={state} title={words.dueHint(task.due_on, state)}>
			<CalendarDays size={13} aria-hidden="true" />
			<span class="visually-hidden">{words.dueHint(task.due_on, state)}</span>
			<time dateTime={task.due_on} aria-hidden="true">
				{state === "today" ? words.today : day(task.due_on)}
			</time>
		</span>
	);
}
