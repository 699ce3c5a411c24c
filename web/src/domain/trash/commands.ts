import type { TrashedTask } from "boardcast";
import { type Command, command } from "../../live/command";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { later as taskWords } from "../task/later";
import { nameOf } from "../task/names";
import { bringingBack, byServer, namesById, takingAway } from "../undo/commands";
import { Trash } from "./list";

const params = (store: ProjectStore, trashed: string) => ({ path: { project: store.id, trashed } });

export function trashOf(store: ProjectStore): Trash {
	return new Trash(store, (cursor) => {
		const query = { limit: 50, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/projects/{project}/trash", { params: { path: { project: store.id }, query } }));
	});
}

/** Take a task out of the trash, onto the board. */
export const restoreTask: Command<[trashed: TrashedTask, trash: Trash]> = command((store, trashed, trash) => {
	const { deleted_at: _at, deleted_by: _by, ...fields } = trashed;
	const task = { ...fields, archived_at: null };
	const name = nameOf(store, task);
	const effect = bringingBack(store, [task]);
	const failure = taskWords.couldNotRestore(name);
	return {
		lane: "places",
		failure,
		effect,
		request: (api) =>
			api.POST("/projects/{project}/trash/{trashed}/restore", { params: params(store, task.id) }),
		refused: () => {
			// It may have gone for good, which no event says.
			void trash.again();
			return false;
		},
		undo: (cause) =>
			byServer(store, cause, {
				done: { effect, failure, text: taskWords.broughtBack(name) },
				undone: {
					effect: takingAway([task]),
					failure: taskWords.couldNotDelete(name),
					text: taskWords.inTrash(name),
				},
				names: namesById(store, [task]),
			}),
	};
});

/** Waits for the answer: it cannot be undone. */
export async function purgeTask(store: ProjectStore, trash: Trash, id: string): Promise<void> {
	await body(api.DELETE("/projects/{project}/trash/{trashed}", { params: params(store, id) }));
	trash.forget(id);
}
