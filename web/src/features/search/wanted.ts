import type { FoundTask } from "boardcast";
import { findProject } from "../../live/projects";

type HitKind = FoundTask["kind"];
export const kinds = ["all", "task", "comment", "attachment"] as const;

/** What the address asks for. */
export interface Wanted {
	text: string;
	kind: "all" | HitKind;
	/** The address of a project; all of them when empty. */
	project: string;
}

export function readWanted(query: URLSearchParams): Wanted {
	const kind = kinds.find((one) => one === query.get("kind")) ?? "all";
	const project = query.get("project") ?? "";
	return { text: (query.get("q") ?? "").trim(), kind, project: findProject(project) ? project : "" };
}

/** The same as the server is asked for it. */
export function queryOf({ text, kind, project }: Wanted, cursor: string | undefined) {
	const id = findProject(project)?.id;
	return {
		q: text,
		limit: 50,
		...(kind === "all" ? {} : { kind: [kind] }),
		...(id ? { project: id } : {}),
		...(cursor ? { cursor } : {}),
	};
}
