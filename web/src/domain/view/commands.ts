// Saved views wait for the answer: a form shows a refusal.
import type { SavedView } from "boardcast";
import { api, body } from "../../platform/api";

type ViewFields = Omit<SavedView, "id" | "owner_id" | "version">;

const one = "/projects/{project}/views/{view}";

export async function readViews(project: string): Promise<SavedView[]> {
	const items: SavedView[] = [];
	let cursor: string | undefined;
	do {
		const query = { limit: 200, ...(cursor ? { cursor } : {}) };
		const page = await body(api.GET("/projects/{project}/views", { params: { path: { project }, query } }));
		items.push(...page.items);
		cursor = page.next_cursor ?? undefined;
	} while (cursor);
	return items;
}

export function createView(project: string, fields: ViewFields): Promise<SavedView> {
	return body(api.POST("/projects/{project}/views", { params: { path: { project } }, body: fields }));
}

export function patchView(
	project: string,
	view: SavedView,
	changes: Partial<ViewFields>,
): Promise<SavedView> {
	return body(
		api.PATCH(one, {
			params: { path: { project, view: view.id } },
			headers: { "If-Match": `"${view.version}"` },
			body: changes,
		}),
	);
}

export async function deleteView(project: string, view: SavedView): Promise<void> {
	await body(api.DELETE(one, { params: { path: { project, view: view.id } } }));
}
