import { api, body } from "../api/client";
import type { Label } from "../api/types";
import { newKey } from "../ids";
import { task as words } from "../messages/task";
import type { ProjectStore } from "../store/project";

/** Not optimistic: what depends on it needs the id that the server gives. */
export function createLabel(store: ProjectStore, name: string, colour: string): Promise<Label> {
	return body(
		api.POST("/projects/{project}/labels", {
			params: { path: { project: store.id } },
			headers: { "Idempotency-Key": newKey() },
			body: { name, colour },
		}),
	);
}

export function patchLabel(
	store: ProjectStore,
	label: Label,
	changes: { name?: string; colour?: string },
): void {
	store.edit({
		lane: label.id,
		failure: () => words.couldNotChangeLabel(label.name),
		effect: () => ({ changes: { labels: [{ id: label.id, ...changes }] } }),
		send: (key) =>
			body(
				api.PATCH("/projects/{project}/labels/{label}", {
					params: { path: { project: store.id, label: label.id } },
					headers: { "Idempotency-Key": key },
					body: changes,
				}),
			),
	});
}

export function deleteLabel(store: ProjectStore, label: Label): void {
	store.edit({
		lane: label.id,
		failure: () => words.couldNotChangeLabel(label.name),
		effect: () => ({ removed: { labels: [label.id] } }),
		send: (key) =>
			body(
				api.DELETE("/projects/{project}/labels/{label}", {
					params: { path: { project: store.id, label: label.id } },
					headers: { "Idempotency-Key": key },
				}),
			),
	});
}
