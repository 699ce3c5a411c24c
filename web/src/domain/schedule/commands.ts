// Apart from the other edits of a task: a first board needs nothing of plans.
import type { Task } from "boardcast";
import { type Command, command } from "../../live/command";
import type { Dates } from "../task/bars";
import type { Dependents } from "../task/dependent-moves";
import { later as words } from "../task/later";
import { nameOf } from "../task/names";
import { datesBefore, scheduled, scheduleText, stepsBack } from "../task/schedule";

/** Give a task other dates, and move the tasks that wait for it as `dependents` says: one edit, one event, one undo. */
export const scheduleTask: Command<[task: Task, dates: Dates, dependents: Dependents]> = command(
	(store, task, { start_on, due_on }, dependents) => {
		if (task.start_on === start_on && task.due_on === due_on) return undefined;
		const dates = { start_on, due_on };
		const before = datesBefore(store, task, dates, dependents);
		return {
			lane: task.id,
			failure: words.couldNotSchedule(nameOf(store, task)),
			base: { version: task.version, fields: [`${task.id}.due_on`], onceWaited: true },
			effect: (view) => scheduled(view, task.id, dates, dependents),
			request: (api) =>
				api.PUT("/projects/{project}/tasks/{task}/schedule", {
					params: { path: { project: store.id, task: task.id } },
					body: { ...dates, dependents },
				}),
			undo: () => {
				const after = [...before.keys()].flatMap((id) => store.view.get("tasks", id) ?? []);
				return {
					text: scheduleText(store, task, dates, before),
					run: () => {
						const steps = stepsBack(store, task.id, before, after, dependents);
						for (const step of steps) scheduleTask.withoutUndo(store, step.task, step.dates, step.dependents);
					},
				};
			},
		};
	},
);
