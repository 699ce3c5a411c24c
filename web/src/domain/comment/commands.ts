import type { Comment, Task, User } from "boardcast";
import { type Command, command } from "../../live/command";
import { provisionalId } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import type { View } from "../../live/store/replay";
import { nameOf } from "../task/names";
import { comment as words } from "./messages";
import { reacted } from "./reactions";

const address = "/projects/{project}/comments/{comment}";
const params = (store: ProjectStore, comment: Comment) => ({
	path: { project: store.id, comment: comment.id },
});

/** The number on the card follows at once. */
function counted(view: View, task: string, by: 1 | -1) {
	const before = view.get("tasks", task);
	return before ? { tasks: [{ id: task, comment_count: Math.max(0, before.comment_count + by) }] } : {};
}

export const addComment: Command<[user: Pick<User, "id">, task: Task, body: string]> = command(
	(store, user, task, body) => {
		const id = provisionalId();
		const made = { task_id: task.id, author_id: user.id, created_at: new Date().toISOString() };
		const blank = { body_html: "", edited_at: null, reactions: [], version: 0 };
		return {
			creates: id,
			// One after another: an answer does not overtake what it answers.
			lane: `comments ${task.id}`,
			failure: words.couldNotAdd,
			typed: { what: words.on(nameOf(store, task)), text: body },
			effect: (view) => ({
				changes: { comments: [{ id, ...made, ...blank, body }], ...counted(view, task.id, 1) },
			}),
			request: (api) =>
				api.POST("/projects/{project}/tasks/{task}/comments", {
					params: { path: { project: store.id, task: task.id } },
					body: { body },
				}),
		};
	},
);

/** `base` is the version that the person saw when the typing began: what was changed elsewhere since is not overwritten. */
export const editComment: Command<[comment: Comment, body: string, base: number]> = command(
	(store, comment, body, base) => {
		if (body === comment.body) return undefined;
		const edited_at = new Date().toISOString();
		return {
			lane: `comment ${comment.id}`,
			failure: words.couldNotEdit,
			base: { version: base, fields: [`${comment.id}.body`] },
			typed: {
				what: words.own,
				text: body,
				was: comment.body,
				place: { kind: "comments", id: comment.id, field: "body" },
			},
			effect: () => ({ changes: { comments: [{ id: comment.id, body, body_html: "", edited_at }] } }),
			request: (api) => api.PATCH(address, { params: params(store, comment), body: { body } }),
		};
	},
);

export const deleteComment: Command<[comment: Comment]> = command((store, comment) => ({
	lane: `comment ${comment.id}`,
	failure: words.couldNotDelete,
	effect: (view) => ({
		removed: { comments: [comment.id] },
		changes: counted(view, comment.task_id, -1),
	}),
	request: (api) => api.DELETE(address, { params: params(store, comment) }),
	announce: () => words.deleted,
}));

/** React with an emoji, or take the reaction back. */
export const react: Command<[user: Pick<User, "id">, comment: Comment, emoji: string, on: boolean]> = command(
	(store, user, comment, emoji, on) => ({
		lane: `comment ${comment.id}`,
		failure: words.couldNotReact,
		effect: (view) => {
			const now = view.get("comments", comment.id)?.reactions ?? [];
			return { changes: { comments: [{ id: comment.id, reactions: reacted(now, user.id, emoji, on) }] } };
		},
		request: (api) => {
			const path = { ...params(store, comment).path, emoji };
			const one = `${address}/reactions/{emoji}` as const;
			return on ? api.PUT(one, { params: { path } }) : api.DELETE(one, { params: { path } });
		},
	}),
);
