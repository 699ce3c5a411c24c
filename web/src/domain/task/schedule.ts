// What a change of a task's dates does to the tasks that wait for it, and how it is taken back.
import type { Change, Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import type { View } from "../../live/store/replay";
import { type Dates, movedBy } from "./bars";
import { type Dependents, movesOf } from "./dependent-moves";
import { later as words } from "./later";
import { nameOf } from "./names";

/** The dates that all tasks have after the edit, as the server will compute them. */
export function scheduled(view: View, id: string, dates: Dates, dependents: Dependents): Change {
	const task = view.get("tasks", id);
	if (!task) return {};
	const days = movesOf(task, dates, dependents, view.all("tasks"), view.all("dependencies"));
	const along = [...days].flatMap(([other, by]) => {
		const follower = view.get("tasks", other);
		return follower ? [{ id: other, ...movedBy(follower, by) }] : [];
	});
	return { changes: { tasks: [{ id, ...dates }, ...along] } };
}

/** The present dates of all tasks that the edit will move, the task itself first. */
export function datesBefore(
	{ view }: ProjectStore,
	task: Task,
	dates: Dates,
	dependents: Dependents,
): Map<string, Dates> {
	const days = movesOf(task, dates, dependents, view.all("tasks"), view.all("dependencies"));
	return new Map(
		[task.id, ...days.keys()].flatMap((id) => {
			const row = view.get("tasks", id);
			return row ? [[id, { start_on: row.start_on, due_on: row.due_on }] as const] : [];
		}),
	);
}

/** "Moved WEB-3 and 2 tasks after it", "Planned WEB-3", "Took WEB-3 off the plan". */
export function scheduleText(
	store: ProjectStore,
	task: Task,
	dates: Dates,
	before: ReadonlyMap<string, Dates>,
): string {
	const name = nameOf(store, task);
	if (dates.start_on === null && dates.due_on === null) return words.unscheduled(name);
	const was = before.get(task.id);
	if (was && (was.start_on ?? was.due_on) === null) return words.scheduled(name);
	return words.rescheduled(name, before.size - 1);
}

interface ScheduleStep {
	task: Task;
	dates: Dates;
	dependents: Dependents;
}

/**
 * The edits that put the tasks back to where they were, without those that another edit has moved since.
 * `before` are the dates before the edit, `after` the tasks as the edit left them.
 */
export function stepsBack(
	{ view }: ProjectStore,
	id: string,
	before: ReadonlyMap<string, Dates>,
	after: readonly Task[],
	dependents: Dependents,
): ScheduleStep[] {
	const untouched = after.filter((then) => {
		const now = view.get("tasks", then.id);
		return now && now.start_on === then.start_on && now.due_on === then.due_on;
	});
	const own = untouched.find((task) => task.id === id);
	const dates = before.get(id);
	const whole = untouched.length === after.length;
	// A shift has an inverse, whatever the number of tasks: one event instead of one a task.
	if (dependents === "shift" && whole && own && dates && dates.due_on !== null)
		return [{ task: own, dates, dependents }];
	return untouched.flatMap((task) => {
		const was = before.get(task.id);
		return was ? [{ task, dates: was, dependents: "keep" as const }] : [];
	});
}
