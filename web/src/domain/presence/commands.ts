import { newKey } from "boardcast";
import { api, base } from "../../platform/api";
import type { Told } from "./teller";

/** Names this tab among those of the session. */
const tab = newKey();

/** Tell the others. A failure is not shown: the next time says it again. */
export function tell({ project, task, state }: Told): void {
	const body = { task_id: task, state, tab };
	api.PUT("/projects/{project}/presence", { params: { path: { project } }, body }).catch(() => {});
}

/** The same when the page goes away: the request outlives it. */
export function tellAtEnd({ project, task, state }: Told): void {
	fetch(`${base}/projects/${project}/presence`, {
		method: "PUT",
		keepalive: true,
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ task_id: task, state, tab }),
	}).catch(() => {});
}
