import { api, body } from "../../lib/api/client";
import { newKey } from "../../lib/ids";
import type { ProjectStore } from "../../lib/store/project";
import { nameOf } from "../../lib/tasks/names";
import { isSaved } from "../../lib/tasks/places";

/** Not optimistic: whether it makes a circle is for the server to say, in words beside the list. */
export function depend(store: ProjectStore, task: string, other: string, lag_days: number) {
	return body(
		api.PUT("/projects/{project}/tasks/{task}/dependencies/{other}", {
			params: { path: { project: store.id, task, other } },
			headers: { "Idempotency-Key": newKey() },
			body: { lag_days },
		}),
	);
}

export function undepend(store: ProjectStore, task: string, other: string) {
	return body(
		api.DELETE("/projects/{project}/tasks/{task}/dependencies/{other}", {
			params: { path: { project: store.id, task, other } },
			headers: { "Idempotency-Key": newKey() },
		}),
	);
}

const most = 20;

/** Tasks that a few typed words or a number mean, the newest first; short enough to be read. */
export function matching(store: ProjectStore, text: string, without: readonly string[]) {
	const wanted = text.trim().toLocaleLowerCase();
	const found = [];
	const all = store.tables.tasks.peekAll().sort((a, b) => b.number - a.number);
	for (const task of all) {
		if (task.archived_at !== null || !isSaved(task.id) || without.includes(task.id)) continue;
		const label = `${nameOf(store, task)} ${task.title}`;
		if (label.toLocaleLowerCase().includes(wanted)) found.push({ id: task.id, label });
		if (found.length === most) break;
	}
	return found;
}
