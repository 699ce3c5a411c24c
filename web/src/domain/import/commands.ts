// Files of other programs on their way in, and back out again.
import type { Import, ImportMapping } from "boardcast";
import { allProjects, loadProjects } from "../../live/projects";
import { api, body } from "../../platform/api";
import { sendFile } from "../../platform/upload";
import { causeOf, rangeOf } from "./range";

interface Wanted {
	/** Only say what would come along. */
	dryRun: boolean;
	/** Where it goes; when absent, where the same board is already, or a new project. */
	project?: string | undefined;
	mapping: ImportMapping;
}

/** Sends the file. The answer comes when the server knows what it is; a refusal is a `Problem`. */
export function sendImport(
	file: File,
	{ dryRun, project, mapping }: Wanted,
	key: string,
	progress: (share: number) => void,
): { answer: Promise<Import>; cancel: () => void } {
	const search = new URLSearchParams({
		dry_run: String(dryRun),
		...(project ? { project_id: project } : {}),
	});
	const form = new FormData();
	form.set("file", file, file.name);
	form.set("mapping", JSON.stringify(mapping));
	const { answer, cancel } = sendFile(`/imports?${search}`, form, key, progress);
	return { answer: answer as Promise<Import>, cancel };
}

/** Nothing of it stays. Refused when it is over already. */
export async function cancelImport(id: string): Promise<void> {
	await api.DELETE("/imports/{import}", { params: { path: { import: id } } });
}

/** Takes back what the import brought into a project, by one event: all of it, or nothing. */
export async function undoImport(project: string, made: Import): Promise<void> {
	// The list has the number of the last event.
	await loadProjects();
	const head = allProjects.peek()?.find(({ id }) => id === project)?.seq ?? 1;
	const params = { path: { project } };
	const range = await rangeOf(made, head, async (seq) => {
		const query = { after: seq - 1, limit: 1 };
		const { items } = await body(api.GET("/projects/{project}/events", { params: { ...params, query } }));
		return items[0]?.at;
	});
	await body(
		api.POST("/projects/{project}/undo", { params, body: { ...range, cause_prefix: causeOf(made.id) } }),
	);
}
