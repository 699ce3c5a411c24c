import { announce } from "../../../lib/announce";
import { api, body } from "../../../lib/api/client";
import type { Dependency, Task } from "../../../lib/api/types";
import { newKey } from "../../../lib/ids";
import { timeline } from "../../../lib/messages/timeline";
import { toast } from "../../../lib/toasts";
import type { Plan } from "../model";
import { wouldCircle } from "../plan/network";

/** Make `task` wait for `other`. */
export function link(plan: Plan, task: Task, other: Task, lag_days = 0): void {
	const [name, before] = [plan.name(task), plan.name(other)];
	const links = plan.links.peek();
	if (links.some((known) => known.task_id === task.id && known.depends_on_id === other.id)) {
		return void toast({ text: timeline.alreadyLinked(name, before) });
	}
	// The server refuses a circle too; knowing it here spares an arrow that appears and vanishes.
	if (wouldCircle(task.id, other.id, links)) {
		toast({ tone: "danger", text: timeline.couldNotLink(name, before), detail: timeline.circle });
		return;
	}
	put(plan, { id: `new ${newKey()}`, task_id: task.id, depends_on_id: other.id, lag_days, version: 0 });
	announce(timeline.linked(name, before));
}

export function setLag(plan: Plan, dependency: Dependency, lag_days: number): void {
	if (dependency.lag_days !== lag_days) put(plan, { ...dependency, lag_days });
}

export function unlink(plan: Plan, dependency: Dependency): void {
	const { store } = plan;
	const [name, before] = names(plan, dependency);
	store.edit({
		lane: lane(dependency),
		failure: () => timeline.couldNotUnlink(name, before),
		effect: () => ({ removed: { dependencies: [dependency.id] } }),
		send: (key) =>
			body(
				api.DELETE("/projects/{project}/tasks/{task}/dependencies/{other}", {
					params: { path: ends(plan, dependency) },
					headers: { "Idempotency-Key": key },
				}),
			),
	});
	toast({
		text: timeline.unlinked(name, before),
		undo: () => put(plan, { ...dependency, id: `new ${newKey()}` }),
	});
}

function put(plan: Plan, dependency: Dependency): void {
	const [name, before] = names(plan, dependency);
	plan.store.edit({
		lane: lane(dependency),
		failure: () => timeline.couldNotLink(name, before),
		effect: () => ({ changes: { dependencies: [dependency] } }),
		send: (key) =>
			body(
				api.PUT("/projects/{project}/tasks/{task}/dependencies/{other}", {
					params: { path: ends(plan, dependency) },
					headers: { "Idempotency-Key": key },
					body: { lag_days: dependency.lag_days },
				}),
			),
	});
}

const lane = ({ task_id, depends_on_id }: Dependency) => `${task_id} ${depends_on_id}`;
const ends = (plan: Plan, { task_id, depends_on_id }: Dependency) => ({
	project: plan.store.id,
	task: task_id,
	other: depends_on_id,
});

/** The names of who waits and of whom it waits for. */
export function names(plan: Plan, { task_id, depends_on_id }: Dependency): [string, string] {
	const name = (id: string) => {
		const task = plan.store.tables.tasks.peek(id);
		return task ? plan.name(task) : "";
	};
	return [name(task_id), name(depends_on_id)];
}
