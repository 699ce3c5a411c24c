import { untracked } from "@preact/signals";
import { route } from "../platform/router";
import { allProjects, findProject, openProject } from "./projects";
import type { ProjectStore } from "./store/project";

/** The project of the address, once it is there. Subscribes to that. */
export function shownProject(): ProjectStore | undefined {
	const now = route.value;
	// Read for its keys too: the projects may come later than the page.
	const id = allProjects.value && now.name === "project" ? findProject(now.key)?.id : undefined;
	const store = id === undefined ? undefined : untracked(() => openProject(id));
	return store?.status.value === "ready" ? store : undefined;
}
