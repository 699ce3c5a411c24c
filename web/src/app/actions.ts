import { useEffect } from "preact/hooks";
import { type Action, register } from "../lib/actions/registry";
import { shell } from "../lib/messages/shell";
import type { ProjectView } from "../lib/route";
import { go, route } from "../lib/router";
import { signOut, user } from "../lib/session";
import { undoLast } from "../lib/toasts";
import { creating } from "./create-project";
import { openPalette, palette } from "./palette";
import { showingShortcuts } from "./shortcuts";

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
			if (now.name === "project") go({ name: "project", key: now.key, view: name });
		},
	};
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
		enabled: () => palette.peek() === undefined,
		run: openPalette,
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
	view("timeline", "g t"),
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
		id: "go.projects",
		label: () => shell.goTo(shell.allProjects),
		group: goes,
		shortcut: "g p",
		run: () => go("/"),
	},
	{
		id: "go.account",
		label: () => shell.goTo(shell.accountSettings),
		group: goes,
		run: () => go({ name: "account", tab: "profile" }),
	},
	{
		id: "go.admin",
		label: () => shell.goTo(shell.administration),
		group: goes,
		enabled: () => user.peek()?.admin ?? false,
		run: () => go({ name: "admin" }),
	},
	{
		id: "session.end",
		label: () => shell.signOut,
		group: general,
		run: () => void signOut(),
	},
];

export function useGlobalActions(): void {
	useEffect(() => register(globalActions), []);
}
