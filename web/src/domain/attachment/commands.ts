import type { Attachment, Task } from "boardcast";
import { type Command, command } from "../../live/command";
import type { ProjectStore } from "../../live/store/project";
import { attachment as words } from "./messages";

const address = "/projects/{project}/attachments/{attachment}";
const params = (store: ProjectStore, attachment: Attachment) => ({
	path: { project: store.id, attachment: attachment.id },
});

/** A new name is refused when another person has changed it since `base`, the version at which the typing began. */
export const renameAttachment: Command<[attachment: Attachment, name: string, base?: number]> = command(
	(store, attachment, name, base = attachment.version) => ({
		lane: `attachment ${attachment.id}`,
		failure: words.couldNotRename,
		base: { version: base, fields: [`${attachment.id}.name`] },
		typed: {
			what: words.name,
			text: name,
			place: { kind: "attachments", id: attachment.id, field: "name" },
		},
		effect: () => ({ changes: { attachments: [{ id: attachment.id, name }] } }),
		request: (api) => api.PATCH(address, { params: params(store, attachment), body: { name } }),
	}),
);

export const deleteAttachment: Command<[attachment: Attachment]> = command((store, attachment) => ({
	lane: `attachment ${attachment.id}`,
	failure: words.couldNotDelete,
	effect: (view) => {
		const task = view.get("tasks", attachment.task_id);
		if (!task) return { removed: { attachments: [attachment.id] } };
		const attachment_count = Math.max(0, task.attachment_count - 1);
		const cover = task.cover_id === attachment.id ? { cover_id: null } : {};
		return {
			removed: { attachments: [attachment.id] },
			changes: { tasks: [{ id: task.id, attachment_count, ...cover }] },
		};
	},
	request: (api) => api.DELETE(address, { params: params(store, attachment) }),
	announce: () => words.deleted(attachment.name),
}));

/** The picture on the card; null takes it away. */
export const setCover: Command<[task: Task, cover: string | null]> = command((store, task, cover) => {
	const changes = { cover_id: cover };
	return {
		lane: task.id,
		failure: words.couldNotSetCover,
		effect: () => ({ changes: { tasks: [{ id: task.id, ...changes }] } }),
		request: (api) =>
			api.PATCH("/projects/{project}/tasks/{task}", {
				params: { path: { project: store.id, task: task.id } },
				body: changes,
			}),
	};
});
