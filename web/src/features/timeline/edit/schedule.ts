import { api, body } from "../../../lib/api/client";
import type { Task } from "../../../lib/api/types";
import { timeline } from "../../../lib/messages/timeline";
import { dismissToast, toast } from "../../../lib/toasts";
import type { Plan } from "../model";
import { type Dates, movedBy } from "../plan/bars";
import { type Dependents, movesOf } from "../plan/moves";
import { settings } from "../settings";

/** Give a task other dates, and move what waits for it as `dependents` says: one edit, one event. */
export function schedule(
	plan: Plan,
	task: Task,
	dates: Dates,
	dependents: Dependents = settings.dependents.peek(),
): void {
	if (task.start_on === dates.start_on && task.due_on === dates.due_on) return;
	const before = remember(plan, task, dates, dependents);
	let told: number | undefined;
	send(plan, task, dates, dependents, () => told !== undefined && dismissToast(told));
	const after = [...before.keys()].flatMap((id) => plan.store.view.get("tasks", id) ?? []);
	const name = plan.name(task);
	const was = before.get(task.id);
	const text =
		dates.start_on === null && dates.due_on === null
			? timeline.unscheduledToast(name)
			: was && (was.start_on ?? was.due_on) === null
				? timeline.scheduledToast(name)
				: timeline.movedToast(name, before.size - 1);
	told = toast({ text, undo: () => takeBack(plan, task.id, before, after, dependents) });
}

function send(
	plan: Plan,
	{ id, number }: Task,
	dates: Dates,
	dependents: Dependents,
	/** Nothing was moved after all: whoever said so takes it back. The refusal itself is told by the store. */
	unsay?: () => void,
): void {
	const { store } = plan;
	store.edit({
		lane: id,
		failure: () => timeline.couldNotMove(plan.name({ number })),
		refused: () => {
			unsay?.();
			return false;
		},
		effect: (view) => {
			const task = view.get("tasks", id);
			if (!task) return {};
			const days = movesOf(task, dates, dependents, view.all("tasks"), view.all("dependencies"));
			const along = [...days].flatMap(([other, by]) => {
				const follower = view.get("tasks", other);
				return follower ? [{ id: other, ...movedBy(follower, by) }] : [];
			});
			return { changes: { tasks: [{ id, ...dates }, ...along] } };
		},
		send: (key) =>
			body(
				api.PUT("/projects/{project}/tasks/{task}/schedule", {
					params: { path: { project: store.id, task: id } },
					headers: { "Idempotency-Key": key },
					body: { start_on: dates.start_on, due_on: dates.due_on, dependents },
				}),
			),
	});
}

/** The dates of all that the edit will move, the task itself first. */
function remember(plan: Plan, task: Task, dates: Dates, dependents: Dependents): Map<string, Dates> {
	const { view } = plan.store;
	const days = movesOf(task, dates, dependents, view.all("tasks"), view.all("dependencies"));
	const ids = [task.id, ...days.keys()];
	return new Map(
		ids.flatMap((id) => {
			const row = view.get("tasks", id);
			return row ? [[id, { start_on: row.start_on, due_on: row.due_on }] as const] : [];
		}),
	);
}

/** Back to where all were, but only those that nobody has moved since. */
function takeBack(
	plan: Plan,
	id: string,
	before: ReadonlyMap<string, Dates>,
	after: readonly Task[],
	dependents: Dependents,
): void {
	const { view } = plan.store;
	const untouched = after.filter((then) => {
		const now = view.get("tasks", then.id);
		return now && now.start_on === then.start_on && now.due_on === then.due_on;
	});
	if (untouched.length === 0) toast({ text: timeline.changedSince });
	const whole = untouched.length === after.length;
	const mine = before.get(id);
	const own = untouched.find((task) => task.id === id);
	// A shift has an inverse, whatever the number of tasks: one event instead of many.
	if (dependents === "shift" && whole && mine && own && mine.due_on !== null) send(plan, own, mine, "shift");
	else
		for (const task of untouched) {
			const dates = before.get(task.id);
			if (dates) send(plan, task, dates, "keep");
		}
}
