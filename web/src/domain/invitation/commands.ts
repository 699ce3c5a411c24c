import type { InvitationPreview, Project, Role } from "boardcast";
import { loadProjects } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";

interface NewInvitation {
	role: Role;
	expires_in_days: number;
	/** How many people it takes; null is any number. */
	max_uses: number | null;
	email?: string;
	/** Mail the link to that address; refused where the server mails nothing. */
	send?: true;
}

/** Creates a link and returns its secret, which the server tells only this once. */
export async function createInvitation(store: ProjectStore, fields: NewInvitation): Promise<string> {
	const params = { path: { project: store.id } };
	const { secret = "" } = await body(api.POST("/projects/{project}/invitations", { params, body: fields }));
	return secret;
}

export async function revokeInvitation(store: ProjectStore, invitation: string): Promise<void> {
	const params = { path: { project: store.id, invitation } };
	await body(api.DELETE("/projects/{project}/invitations/{invitation}", { params }));
}

/** Changes nothing; it is a POST so that the secret stays out of the address. */
export function previewInvitation(secret: string): Promise<InvitationPreview> {
	return body(api.POST("/invitations/preview", { body: { secret } }));
}

/** Join the project, and wait until the list of projects has it. */
export async function acceptInvitation(secret: string): Promise<Pick<Project, "id" | "key">> {
	const { project } = await body(api.POST("/invitations/accept", { body: { secret } }));
	await loadProjects();
	return project;
}
