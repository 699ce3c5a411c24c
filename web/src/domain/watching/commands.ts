import type { NotificationSettings } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";

/** Whether the person is told of what is said about a task. Waits for the answer. */
export async function setWatching(store: ProjectStore, task: string, on: boolean): Promise<boolean> {
	const call = { params: { path: { project: store.id, task } } };
	const address = "/projects/{project}/tasks/{task}/watch" as const;
	return (await body(on ? api.PUT(address, call) : api.DELETE(address, call))).watching;
}

/** Whether the person is told of nothing of a project but what is meant for them. Waits for the answer. */
export async function setMuted(project: string, on: boolean): Promise<boolean> {
	const call = { params: { path: { project } } };
	return (
		await body(on ? api.PUT("/projects/{project}/mute", call) : api.DELETE("/projects/{project}/mute", call))
	).muted;
}

type Patch = { [K in keyof NotificationSettings]?: Partial<NotificationSettings[K]> };

/** Waits for the answer: the settings as they are afterwards. */
export function patchNotificationSettings(changes: Patch): Promise<NotificationSettings> {
	return body(api.PATCH("/me/notification-settings", { body: changes }));
}
