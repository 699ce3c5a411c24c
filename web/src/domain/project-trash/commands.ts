import type { List, Problem, TrashedProject } from "boardcast";
import { addressOf, loadProjects } from "../../live/projects";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { href } from "../../platform/route";
import { toast } from "../../platform/toasts";
import { trash as words } from "./messages";

/** The deleted projects that the person owns, a page of them. */
export function trashedProjects(cursor: string | undefined): Promise<List<TrashedProject>> {
	return body(api.GET("/trash", { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } }));
}

const params = (id: string) => ({ params: { path: { deleted: id } } });

/** Bring a deleted project back, and say so. */
export async function restoreProject({
	id,
	name,
	key,
}: Pick<TrashedProject, "id" | "name" | "key">): Promise<void> {
	try {
		const back = await body(api.POST("/trash/{deleted}/restore", params(id)));
		await loadProjects();
		const link = { label: words.open, href: href({ name: "project", key: addressOf(back), view: "board" }) };
		toast({ text: back.key === key ? words.restored(name) : words.restoredAs(name, back.key), link });
	} catch (error) {
		toast({ text: words.couldNotRestore(name), detail: explain(error as Problem), tone: "danger" });
	}
}

/** Waits for the answer: it cannot be undone. */
export async function purgeProject(id: string): Promise<void> {
	await body(api.DELETE("/trash/{deleted}", params(id)));
}
