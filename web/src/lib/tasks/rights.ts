import type { Role, Task, User } from "../api/types";
import type { ProjectStore } from "../store/project";

const ranks: Record<Role, number> = { viewer: 1, commenter: 2, editor: 3, manager: 4, owner: 5 };

/** What somebody may do in a project. The server decides; the page only leaves out what it would refuse. */
export interface Rights {
	write: boolean;
	manage: boolean;
	/** Archive and delete: editors only what they made. */
	remove: (task: Pick<Task, "created_by">) => boolean;
}

export function rights(store: ProjectStore, user: Pick<User, "id">): Rights {
	const role = store.tables.members.get(user.id)?.role ?? "viewer";
	const open = (store.tables.project.get(store.id)?.archived_at ?? null) === null;
	const write = open && ranks[role] >= ranks.editor;
	const manage = open && ranks[role] >= ranks.manager;
	return { write, manage, remove: (task) => manage || (write && task.created_by === user.id) };
}
