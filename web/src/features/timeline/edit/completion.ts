import { api, body } from "../../../lib/api/client";
import type { Task } from "../../../lib/api/types";
import { timeline } from "../../../lib/messages/timeline";
import type { Plan } from "../model";

export function complete(plan: Plan, task: Task, done: boolean): void {
	const { store } = plan;
	const completed_at = done ? new Date().toISOString() : null;
	store.edit({
		lane: task.id,
		failure: () => timeline.couldNotComplete(plan.name(task)),
		effect: () => ({ changes: { tasks: [{ id: task.id, completed_at }] } }),
		send: (key) => {
			const request = {
				params: { path: { project: store.id, task: task.id } },
				headers: { "Idempotency-Key": key },
			};
			const path = "/projects/{project}/tasks/{task}/completion";
			return done ? body(api.PUT(path, request)) : body(api.DELETE(path, request));
		},
	});
}
