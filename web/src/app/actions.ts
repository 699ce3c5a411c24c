import { useLayoutEffect } from "preact/hooks";
import { filterSearch } from "../domain/filter/filter";
import { creating } from "../features/home/creating";
import { findProject, openProject } from "../live/projects";
import { signOut, user } from "../live/session";
import { type Action, register } from "../platform/actions";
import { hasTasks, href, type ProjectView } from "../platform/route";
import { go, query, route } from "../platform/router";
import { setTheme, theme, themes } from "../platform/theme";
import { undoLast } from "../platform/toasts";
import { shell } from "./messages";
import { openPalette, palette, showingShortcuts } from "./overlays";
import { isFolded, toggleSidebar } from "./sidebar-fold";

const general = () => shell.groups.general;
const goes = () => shell.groups.go;

function view(name: ProjectView, shortcut: string): Action {
	return {
		id: `go.${name}`,
		label: () => shell.goTo(shell.views[name]),
		group: goes,
		shortcut,
		enabled: () => route.peek().name === "project",
		run: () => {
			const now = route.peek();
			if (now.name !== "project") return;
			go(addressOfView(now.key, name));
		},
	};
}

/** The address of a view with the present filter, at the moment that is shown. */
export function addressOfView(key: string, view: ProjectView): string {
	const at = hasTasks(view) ? query.value.get("at") : null;
	const filter = filterSearch(query.value);
	const moment = at === null ? "" : `${filter ? "&" : "?"}at=${encodeURIComponent(at)}`;
	return href({ name: "project", key, view }) + filter + moment;
}

/** The project whose tasks are shown. */
function shownProject() {
	const now = route.peek();
	return now.name === "project" && hasTasks(now.view) ? findProject(now.key) : undefined;
}

const globalActions: Action[] = [
	{
		id: "help.shortcuts",
		label: () => shell.shortcuts,
		group: general,
		shortcut: "?",
		run: () => {
			showingShortcuts.value = true;
		},
	},
	{
		id: "help.palette",
		label: () => shell.palette,
		group: general,
		shortcut: "Ctrl+k",
		hidden: true,
		enabled: () => palette.peek() === undefined,
		run: openPalette,
	},
	{
		id: "help.search",
		label: () => shell.palette,
		group: general,
		shortcut: "/",
		hidden: true,
		enabled: () => palette.peek() === undefined,
		run: openPalette,
	},
	{
		id: "view.sidebar",
		label: () => (isFolded.value ? shell.unfoldSidebar : shell.foldSidebar),
		group: general,
		shortcut: "Ctrl+b",
		run: toggleSidebar,
	},
	{
		id: "edit.undo",
		label: () => shell.undo,
		group: general,
		shortcut: "Ctrl+z",
		run: () => void undoLast(),
	},
	{
		id: "project.create",
		label: () => shell.newProject,
		group: general,
		run: () => {
			creating.value = true;
		},
	},
	view("board", "g b"),
	view("table", "g l"),
	view("calendar", "g c"),
	view("timeline", "g t"),
	view("activity", "g h"),
	view("reports", "g r"),
	{
		id: "go.past",
		label: () => shell.past,
		group: goes,
		shortcut: "g y",
		enabled: () => shownProject() !== undefined,
		run: () => {
			const project = shownProject();
			const search = new URLSearchParams(query.peek());
			if (!project) return;
			if (search.has("at")) search.delete("at");
			else search.set("at", String(openProject(project.id).applied ?? 1));
			go(`?${search}`);
		},
	},
	view("members", "g m"),
	view("settings", "g s"),
	{
		id: "go.notifications",
		label: () => shell.goTo(shell.notifications),
		group: goes,
		shortcut: "g n",
		run: () => go("/notifications"),
	},
	{
		id: "go.my_work",
		label: () => shell.goTo(shell.myWork),
		group: goes,
		shortcut: "g w",
		run: () => go("/my-work"),
	},
	{
		id: "go.projects",
		label: () => shell.goTo(shell.allProjects),
		group: goes,
		shortcut: "g p",
		run: () => go("/"),
	},
	{
		id: "go.account",
		label: () => shell.accountSettings,
		group: goes,
		run: () => go({ name: "account", tab: "profile" }),
	},
	{
		id: "go.admin",
		label: () => shell.administration,
		group: goes,
		enabled: () => user.peek()?.admin ?? false,
		run: () => go({ name: "admin" }),
	},
	...themes.map((name) => ({
		id: `theme.${name}`,
		label: () => shell.themeIs(shell.themes[name]),
		group: general,
		checked: () => theme.value === name,
		run: () => setTheme(name),
	})),
	{
		id: "session.end",
		label: () => shell.signOut,
		group: general,
		run: () => void signOut(),
	},
];

export function useGlobalActions(): void {
	useLayoutEffect(() => register(globalActions), []);
}
