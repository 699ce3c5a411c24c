import type { SavedView } from "boardcast";
import { addressOf } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { href, type ProjectView, type Route } from "../../platform/route";
import { filterSearch } from "../filter/filter";

/** What a view is made of, as the address has it. */
type Look = Pick<SavedView, "layout" | "filter" | "sort" | "group_by">;

const layouts = ["board", "table", "calendar", "timeline"] as const;

/** How the open project is looked at; undefined on its other screens. */
export function lookOf(route: Route, query: URLSearchParams): Look | undefined {
	const layout = route.name === "project" && layouts.find((one) => one === route.view);
	if (!layout) return undefined;
	return {
		layout,
		filter: filterSearch(query).slice(1),
		sort: query.get("sort"),
		group_by: query.get("group"),
	};
}

export function isSameLook(a: Look, b: Look): boolean {
	const plain = ({ filter }: Look) => filterSearch(new URLSearchParams(filter));
	const parts = ["layout", "sort", "group_by"] as const;
	return plain(a) === plain(b) && parts.every((part) => (a[part] ?? null) === (b[part] ?? null));
}

/** The address of a view; it names the view, so that the page knows which one is changed. */
export function addressOfView(store: ProjectStore, view: SavedView): string {
	const key = store.tables.project.get(store.id)?.key ?? store.id;
	const path = href({
		name: "project",
		key: addressOf({ id: store.id, key }),
		view: view.layout as ProjectView,
	});
	const query = new URLSearchParams(view.filter);
	if (view.sort) query.set("sort", view.sort);
	if (view.group_by) query.set("group", view.group_by);
	query.set("view", view.id);
	return `${path}?${query}`;
}
