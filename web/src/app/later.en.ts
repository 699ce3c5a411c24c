import { plural } from "../platform/i18n/language";

/** The texts of what opens over the page: downloaded with it. */
export const later = {
	paletteHint: "A task, a project, a person, or what to do",
	onTask: (task: string) => `On ${task}`,
	recent: "Recently opened",
	commands: "Commands",
	tasks: "Tasks",
	people: "People",
	comments: "Comments",
	files: "Files",
	allResults: (text: string) => `Show all results for “${text}”`,
	tasksIn: (project: string) => `Tasks in ${project}`,
	searching: "Searching all projects…",
	searchedHere: "The server cannot be asked: only what is loaded here was searched.",
	shortcutsHint: "Single letters work while no field has the focus.",
	singleKeys: "Use single-letter shortcuts",
	signOutTitle: "Sign out?",
	signOutWaiting: (count: number) =>
		`${plural("en", count, { one: "change has", other: "changes have" })} not reached the server yet and would be lost.`,
	signOutAnyway: "Sign out and lose them",
	redo: "Do again what was undone",
	projectMenu: (name: string) => `Actions for ${name}`,
};
