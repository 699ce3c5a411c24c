import type { Role } from "boardcast";

const roles: Record<Role, string> = {
	owner: "Owner",
	manager: "Manager",
	editor: "Editor",
	commenter: "Commenter",
	viewer: "Viewer",
};
const abilities: Record<Role, string> = {
	owner: "Everything, also deleting the project",
	manager: "Columns, labels, people and settings",
	editor: "Create, edit and move tasks",
	commenter: "Read and comment",
	viewer: "Read only",
};

export const member = {
	couldNotChangeRole: (name: string) => `Could not change the role of ${name}`,
	disabled: "Disabled",
	ability: (role: Role) => abilities[role],
	role: (role: Role) => roles[role],
};
