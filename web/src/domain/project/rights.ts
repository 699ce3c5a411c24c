import type { Role, User } from "boardcast";
import type { ProjectStore } from "../../live/store/project";

const ranks: Record<Role, number> = { viewer: 1, commenter: 2, editor: 3, manager: 4, owner: 5 };

/** What a user may do in a project. The server decides; the page leaves out what the server would refuse. */
export interface ProjectRights {
	role: Role;
	/** Comments and reactions; not in an archived project. */
	talk: boolean;
	/** Tasks, checklists, dependencies, dates and milestones; not in an archived project. */
	write: boolean;
	/** Columns and labels; not in an archived project. */
	manage: boolean;
	/** Members, settings, archiving; also in an archived project. */
	administer: boolean;
	/** Delete the project. */
	own: boolean;
}

export function projectRights(store: ProjectStore, user: Pick<User, "id">): ProjectRights {
	const role = store.tables.members.get(user.id)?.role ?? "viewer";
	const now = !store.past;
	const open = now && (store.tables.project.get(store.id)?.archived_at ?? null) === null;
	const atLeast = (least: Role) => ranks[role] >= ranks[least];
	return {
		role,
		talk: open && atLeast("commenter"),
		write: open && atLeast("editor"),
		manage: open && atLeast("manager"),
		administer: now && atLeast("manager"),
		own: now && atLeast("owner"),
	};
}
