// What a person brings along from another program, and takes along from here.
import { exportAddress } from "../domain/project/export";
import { findProject } from "../live/projects";
import type { Action } from "../platform/actions";
import { download } from "../platform/download";
import { go, route } from "../platform/router";
import { later } from "./later";
import { shell } from "./messages";

function shownProject() {
	const now = route.peek();
	return now.name === "project" ? findProject(now.key) : undefined;
}

function exporting(id: string, label: () => string, format: "json" | "csv"): Action {
	return {
		id,
		label,
		group: () => shell.groups.general,
		enabled: () => shownProject() !== undefined,
		run: () => {
			const project = shownProject();
			if (project) download(exportAddress(project.id, format));
		},
	};
}

export const takeAlong: readonly Action[] = [
	{
		id: "project.import",
		label: () => later.import,
		group: () => shell.groups.general,
		run: () => go("/import"),
	},
	exporting("project.export", () => later.exportJson, "json"),
	exporting("project.export_tasks", () => later.exportTasks, "csv"),
];
