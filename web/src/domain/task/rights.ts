import type { Task, User } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { type ProjectRights, projectRights } from "../project/rights";

export interface TaskRights extends ProjectRights {
	/** Archive and delete: editors only the tasks that they created. */
	remove: (task: Pick<Task, "created_by">) => boolean;
}

export function taskRights(store: ProjectStore, user: Pick<User, "id">): TaskRights {
	const rights = projectRights(store, user);
	return {
		...rights,
		remove: (task) => rights.manage || (rights.write && task.created_by === user.id),
	};
}
