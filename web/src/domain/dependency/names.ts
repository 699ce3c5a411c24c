import type { Dependency } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { nameOf } from "../task/names";

/** The names of the waiting task and of the task that it waits for. */
export function namesOf(
	store: ProjectStore,
	{ task_id, depends_on_id }: Pick<Dependency, "task_id" | "depends_on_id">,
): [waiting: string, first: string] {
	const name = (id: string) => {
		const task = store.tables.tasks.peek(id);
		return task ? nameOf(store, task) : "";
	};
	return [name(task_id), name(depends_on_id)];
}
