import { api, body } from "../../../lib/api/client";
import type { Day, Milestone } from "../../../lib/api/types";
import { newKey } from "../../../lib/ids";
import { timeline } from "../../../lib/messages/timeline";
import { toast } from "../../../lib/toasts";
import type { Plan } from "../model";

type Patch = { name?: string; due_on?: Day | null; completed?: boolean };

export function create({ store }: Plan, name: string, due_on: Day | null): void {
	const provisional = { id: `new ${newKey()}`, name, due_on, completed_at: null, version: 0 };
	store.edit({
		failure: () => timeline.couldNotCreateMilestone(name),
		effect: () => ({ changes: { milestones: [provisional] } }),
		send: (key) =>
			body(
				api.POST("/projects/{project}/milestones", {
					params: { path: { project: store.id } },
					headers: { "Idempotency-Key": key },
					body: { name, due_on },
				}),
			),
	});
}

export function change({ store }: Plan, { id, name }: Milestone, patch: Patch): void {
	const { completed, ...fields } = patch;
	const completed_at = completed ? new Date().toISOString() : null;
	store.edit({
		lane: id,
		failure: () => timeline.couldNotMilestone(name),
		effect: () => ({
			changes: { milestones: [{ id, ...fields, ...(completed === undefined ? {} : { completed_at }) }] },
		}),
		send: (key) =>
			body(
				api.PATCH("/projects/{project}/milestones/{milestone}", {
					params: { path: { project: store.id, milestone: id } },
					headers: { "Idempotency-Key": key },
					body: patch,
				}),
			),
	});
}

export function move(plan: Plan, milestone: Milestone, due_on: Day): void {
	const before = milestone.due_on;
	if (before === due_on) return;
	change(plan, milestone, { due_on });
	toast({
		text: timeline.movedToast(milestone.name, 0),
		undo: () => {
			const now = plan.store.view.get("milestones", milestone.id);
			if (now?.due_on === due_on) change(plan, now, { due_on: before });
			else toast({ text: timeline.changedSince });
		},
	});
}

export function remove({ store }: Plan, { id, name }: Milestone): void {
	store.edit({
		lane: id,
		failure: () => timeline.couldNotDeleteMilestone(name),
		effect: (view) => ({
			changes: {
				tasks: view
					.all("tasks")
					.filter((task) => task.milestone_id === id)
					.map((task) => ({ id: task.id, milestone_id: null })),
			},
			removed: { milestones: [id] },
		}),
		send: (key) =>
			body(
				api.DELETE("/projects/{project}/milestones/{milestone}", {
					params: { path: { project: store.id, milestone: id } },
					headers: { "Idempotency-Key": key },
				}),
			),
	});
}
