import { plural } from "../../../platform/i18n/language";

export const instance = {
	title: "This instance",
	version: "Version",
	started: "Running since",
	nodes: "Nodes",
	node: (count: number, id: string) => `${count}, this one is ${id.slice(-6)}`,
	database: "Database",
	databaseOf: (kind: "sqlite" | "postgres", size: string, schema: number) =>
		`${kind === "sqlite" ? "SQLite" : "Postgres"}, ${size}, tables of version ${schema}`,
	files: "Files",
	filesOf: (kind: "folder" | "s3", count: number, size: string) =>
		`${plural("en", count, { one: "file", other: "files" })}, ${size} ${kind === "s3" ? "in a bucket" : "in a folder"}`,
	people: "People",
	peopleOf: (count: number, admins: number, disabled: number) =>
		`${count}, of them ${plural("en", admins, { one: "administrator", other: "administrators" })} and ${disabled} disabled`,
	access: "Signed in",
	accessOf: (sessions: number, tokens: number) =>
		`${plural("en", sessions, { one: "session", other: "sessions" })}, ${plural("en", tokens, { one: "token", other: "tokens" })}`,
	projects: "Projects",
	projectsOf: (active: number, archived: number, deleted: number) =>
		`${active} active, ${archived} archived, ${deleted} in the trash`,
	tasks: "Tasks",
	events: "Events",
	audit: "Entries of the audit log",
	count: (value: number) => value.toLocaleString("en"),
	waiting: "What waits",
	mails: "Mails to be sent",
	failedMails: "Mails that could not be sent",
	pushes: "Push messages to be sent",
	webhooks: "Webhooks",
	webhooksOf: (active: number, failing: number, disabled: number) =>
		`${active} active, ${failing} of them failing; ${disabled} given up`,
	imports: "Imports that are not done",
	search: "Projects that are not in the search yet",
	settings: "Settings",
	allSettings: "All settings",
	settingsHint: "Of this node. Secrets are not shown: of an address that may hold one, only the host.",
	name: "Setting",
	value: "Value",
	source: "From",
	none: "none",
	sources: { default: "default", file: "file", environment: "environment", command_line: "command line" },
	jobs: "What runs by itself",
	lastRuns: "Last runs",
	jobsHint: "On this node, now and then.",
	job: "Job",
	lastRun: "Last run",
	nextRun: "Next run",
	error: "Last error",
	noError: "none",
};
