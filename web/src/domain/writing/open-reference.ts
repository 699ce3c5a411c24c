import { findProject } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { parse } from "../../platform/route";
import { go } from "../../platform/router";

/** Opens tasks of the same project where this one is open, on the board or on the timeline; others as their links say. */
export function openReference(store: ProjectStore, address: (number: number) => string) {
	return (link: string): boolean => {
		const route = parse(link);
		if (route.name !== "project" || route.task === undefined) return false;
		if (findProject(route.key)?.id !== store.id) return false;
		go(address(route.task));
		return true;
	};
}
