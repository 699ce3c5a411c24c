import type { Webhook } from "boardcast";
import { api, body } from "../../platform/api";

/** What a manager says of one. */
export interface WebhookFields {
	name: string | null;
	url: string;
	types: Webhook["types"];
	template: Webhook["template"];
}

const params = (project: string, webhook: string) => ({ path: { project, webhook } });

/** The secret is told only this once. */
export function createWebhook(project: string, fields: WebhookFields) {
	const given = { ...fields, active: true };
	return body(api.POST("/projects/{project}/webhooks", { params: { path: { project } }, body: given }));
}

export function patchWebhook(
	project: string,
	webhook: string,
	changes: Partial<WebhookFields> & { active?: boolean },
): Promise<Webhook> {
	return body(
		api.PATCH("/projects/{project}/webhooks/{webhook}", { params: params(project, webhook), body: changes }),
	);
}

export async function deleteWebhook(project: string, webhook: string): Promise<void> {
	await body(api.DELETE("/projects/{project}/webhooks/{webhook}", { params: params(project, webhook) }));
}

/** Another secret, which is told only this once; the one before signs too for a day. */
export async function rotateSecret(project: string, webhook: string): Promise<string | undefined> {
	const address = "/projects/{project}/webhooks/{webhook}/rotate";
	return (await body(api.POST(address, { params: params(project, webhook) }))).secret;
}

/** Sends a message that tells of no event, and returns its id. */
export async function pingWebhook(project: string, webhook: string): Promise<string> {
	const address = "/projects/{project}/webhooks/{webhook}/ping";
	return (await body(api.POST(address, { params: params(project, webhook) }))).message_id;
}

/** Go on from this event: once more, or past some. */
export function redeliver(project: string, webhook: string, from_seq: number): Promise<Webhook> {
	const address = "/projects/{project}/webhooks/{webhook}/redeliver";
	return body(api.POST(address, { params: params(project, webhook), body: { from_seq } }));
}
