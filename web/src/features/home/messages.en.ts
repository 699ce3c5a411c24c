import { plural } from "../../platform/i18n/language";

export const home = {
	title: "All projects",
	newProject: "New project",
	import: "Import",
	importOther: "Import from another program",
	noProjects: "No projects yet",
	projectsRestricted:
		"On this server only administrators create projects. Ask one of them, or a colleague to invite you into theirs.",
	noProjectsHint: "A project is a board, its timeline and the people who work on it.",
	createProject: "Create a project",
	create: "Create",
	projectName: "Name",
	projectNameHint: "For example: Launch the website",
	projectKey: "Key",
	projectKeyHint:
		"Short letters in front of task numbers, as in WEB-12. Left empty, it is made from the name.",
	tasksAre: (key: string) => `Its tasks will be ${key}-1, ${key}-2 and so on.`,
	keyTaken: "Another project of yours has this key.",
	template: "Start with",
	templates: { basic: "Columns and a few tasks", empty: "Nothing" },
	likeProject: (name: string) => `Template: ${name}`,
	start: "Starts on",
	startHint: "The earliest date. All others move along.",
	progress: (done: number, all: number) =>
		`${done} of ${plural("en", all, { one: "task", other: "tasks" })} done`,
	people: (count: number) => plural("en", count, { one: "person", other: "people" }),
	archived: "Archived",
	pin: (name: string) => `Pin ${name}`,
	unpin: (name: string) => `Unpin ${name}`,
	news: (count: number, isMore: boolean, names: readonly string[]) => {
		const changes = isMore
			? `More than ${count} changes`
			: plural("en", count, { one: "change", other: "changes" });
		const who = names.length > 2 ? `${names[0]} and others` : names.join(" and ");
		return who ? `${changes} by ${who} since you were here` : `${changes} since you were here`;
	},
};
