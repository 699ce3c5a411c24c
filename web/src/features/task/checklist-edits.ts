import { announce } from "../../lib/announce";
import { api, body } from "../../lib/api/client";
import type { ChecklistItem, Task } from "../../lib/api/types";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import type { View } from "../../lib/store/replay";
import { isSaved, keyAfter, provisionalId } from "../../lib/tasks/places";

const lane = (task: string) => `checklist ${task}`;
const siblings = (view: View, task: string) =>
	view.all("checklist_items").filter((item) => item.task_id === task);

export function addItem(store: ProjectStore, task: Task, text: string): void {
	const id = provisionalId();
	store.edit({
		lane: lane(task.id),
		failure: () => words.couldNotChangeItem,
		effect: (view) => {
			const position = keyAfter(siblings(view, task.id), id, undefined);
			const item = { id, task_id: task.id, text, done: false, position, version: 0 };
			return { changes: { checklist_items: [item] } };
		},
		send: (key) =>
			body(
				api.POST("/projects/{project}/tasks/{task}/checklist", {
					params: { path: { project: store.id, task: task.id } },
					headers: { "Idempotency-Key": key },
					body: { text },
				}),
			),
	});
}

export function patchItem(
	store: ProjectStore,
	item: ChecklistItem,
	changes: { text?: string; done?: boolean },
): void {
	store.edit({
		lane: lane(item.task_id),
		failure: () => words.couldNotChangeItem,
		effect: () => ({ changes: { checklist_items: [{ id: item.id, ...changes }] } }),
		send: (key) =>
			body(
				api.PATCH("/projects/{project}/tasks/{task}/checklist/{item}", {
					params: { path: { project: store.id, task: item.task_id, item: item.id } },
					headers: { "Idempotency-Key": key },
					body: changes,
				}),
			),
	});
}

/** Put an item at `index` among the others. */
export function placeItem(store: ProjectStore, item: ChecklistItem, index: number): void {
	const ids = store.checklistByTask.of(item.task_id);
	const others = ids.filter((id) => id !== item.id && isSaved(id));
	const at = Math.max(0, Math.min(index, others.length));
	if (ids.indexOf(item.id) === at) return;
	const after = others[at - 1] ?? null;
	store.edit({
		lane: lane(item.task_id),
		failure: () => words.couldNotChangeItem,
		effect: (view) => {
			const position = keyAfter(siblings(view, item.task_id), item.id, after);
			return { changes: { checklist_items: [{ id: item.id, position }] } };
		},
		send: (key) =>
			body(
				api.PUT("/projects/{project}/tasks/{task}/checklist/{item}/position", {
					params: { path: { project: store.id, task: item.task_id, item: item.id } },
					headers: { "Idempotency-Key": key },
					body: { after },
				}),
			),
	});
	announce(words.itemAt(item.text, at + 1, others.length + 1));
}

export function removeItem(store: ProjectStore, item: ChecklistItem): void {
	store.edit({
		lane: lane(item.task_id),
		failure: () => words.couldNotChangeItem,
		effect: () => ({ removed: { checklist_items: [item.id] } }),
		send: (key) =>
			body(
				api.DELETE("/projects/{project}/tasks/{task}/checklist/{item}", {
					params: { path: { project: store.id, task: item.task_id, item: item.id } },
					headers: { "Idempotency-Key": key },
				}),
			),
	});
}
