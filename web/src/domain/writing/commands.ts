import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";

/** What the server makes of a text; it keeps nothing of it. */
export async function preview(store: ProjectStore, text: string): Promise<string> {
	const params = { path: { project: store.id } };
	return (await body(api.POST("/projects/{project}/preview", { params, body: { text } }))).html;
}
