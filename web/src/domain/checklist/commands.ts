import type { ChecklistItem, Task } from "boardcast";
import { type Command, command } from "../../live/command";
import { inRequest, keyAt, neighboursAt } from "../../live/neighbours";
import { isSaved, keyAfter, provisionalId } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import type { Effect, View } from "../../live/store/replay";
import { shortened } from "../../platform/text";
import { byServer } from "../undo/commands";
import { checklist as words } from "./messages";

const address = "/projects/{project}/tasks/{task}/checklist/{item}";
const lane = (task: string) => `checklist ${task}`;
const params = (store: ProjectStore, item: ChecklistItem) => ({
	path: { project: store.id, task: item.task_id, item: item.id },
});
const siblings = (view: View, task: string) =>
	view.all("checklist_items").filter((item) => item.task_id === task);

/** So many items at most: the server's limit. */
export const mostItems = 200;

export const addItem = command((store, task: Task, text: string) => {
	const id = provisionalId();
	return {
		creates: id,
		lane: lane(task.id),
		failure: words.couldNotChangeItem,
		typed: { what: words.freshItem, text },
		effect: (view) => {
			const position = keyAfter(siblings(view, task.id), id, undefined);
			const item = { id, task_id: task.id, text, done: false, position, version: 0 };
			return { changes: { checklist_items: [item] } };
		},
		request: (api) =>
			api.POST("/projects/{project}/tasks/{task}/checklist", {
				params: { path: { project: store.id, task: task.id } },
				body: { text },
			}),
	};
});

/** A new text is refused when another person has changed it since `base`, the version at which the typing began. */
export const patchItem: Command<
	[item: ChecklistItem, changes: { text?: string; done?: boolean }, base?: number]
> = command((store, item, changes, base = item.version) => ({
	lane: lane(item.task_id),
	failure: words.couldNotChangeItem,
	...typedIn(item, changes.text, base),
	effect: () => ({ changes: { checklist_items: [{ id: item.id, ...changes }] } }),
	request: (api) => api.PATCH(address, { params: params(store, item), body: changes }),
}));

function typedIn(item: ChecklistItem, text: string | undefined, version: number) {
	if (text === undefined) return {};
	const place = { kind: "checklist_items", id: item.id, field: "text" } as const;
	return {
		base: { version, fields: [`${item.id}.text`] },
		typed: { what: words.itemText, text, place },
	};
}

/** Put an item at `index` among the others. */
export const placeItem = command((store, item: ChecklistItem, index: number) => {
	const ids = store.checklistByTask.of(item.task_id);
	const others = ids.filter((id) => id !== item.id && isSaved(id));
	const at = Math.max(0, Math.min(index, others.length));
	if (ids.indexOf(item.id) === at) return undefined;
	const place = neighboursAt(ids, item.id, at);
	return {
		lane: lane(item.task_id),
		failure: words.couldNotChangeItem,
		effect: (view) => {
			const position = keyAt(siblings(view, item.task_id), item.id, place);
			return { changes: { checklist_items: [{ id: item.id, position }] } };
		},
		request: (api) =>
			api.PUT("/projects/{project}/tasks/{task}/checklist/{item}/position", {
				params: params(store, item),
				body: inRequest(place),
			}),
		announce: () => words.itemAt(item.text, at + 1, others.length + 1),
	};
});

export const deleteItem: Command<[item: ChecklistItem]> = command((store, item) => {
	const effect: Effect = () => ({ removed: { checklist_items: [item.id] } });
	const failure = words.couldNotChangeItem;
	const back: Effect = (view) =>
		view.get("checklist_items", item.id) ? {} : { changes: { checklist_items: [item] } };
	return {
		lane: lane(item.task_id),
		failure,
		effect,
		request: (api) => api.DELETE(address, { params: params(store, item) }),
		undo: (cause) =>
			byServer(store, cause, {
				done: { effect, failure, text: words.deleted(shortened(item.text)) },
				undone: {
					effect: back,
					failure: words.couldNotBringBack,
					text: words.broughtBack(shortened(item.text)),
				},
				names: new Map(),
				lane: lane(item.task_id),
			}),
	};
});
