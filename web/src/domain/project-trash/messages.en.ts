import { plural } from "../../platform/i18n/language";

export const trash = {
	title: "Deleted",
	deleted: (when: string) => `Deleted ${when}`,
	daysLeft: (count: number) =>
		count > 1 ? `${plural("en", count, { one: "day", other: "days" })} left` : "last day",
	restore: "Restore",
	restoreNamed: (name: string) => `Restore ${name}`,
	restored: (name: string) => `“${name}” is back`,
	restoredAs: (name: string, key: string) =>
		`“${name}” is back. Another project has its key, so its tasks are ${key}-1 and so on now.`,
	open: "Open",
	couldNotRestore: (name: string) => `Could not restore “${name}”`,
	purge: (name: string) => `Delete ${name} for good`,
	purgeTitle: (name: string) => `Delete “${name}” for good?`,
	purgeHint: "All its tasks, comments and files go with it. Nobody can bring them back.",
	purgeIt: "Delete for good",
};
