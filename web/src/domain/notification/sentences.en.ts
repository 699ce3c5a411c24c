import type { Notification } from "boardcast";
import { plural } from "../../platform/i18n/language";

const who = (one: Notification) => one.actor?.name ?? "Somebody";
const what = ({ project, task }: Notification) => (task ? `${project.key}-${task.number}` : "a task");

const known: Record<string, (one: Notification) => string> = {
	assigned: (one) => `${who(one)} assigned ${what(one)} to you`,
	added: (one) => `${who(one)} added you to “${one.project.name}”`,
	mentioned: (one) => `${who(one)} mentioned you on ${what(one)}`,
	commented: (one) => `${who(one)} commented on ${what(one)}`,
	due: (one) => `${what(one)} is due`,
	overdue: (one) => `${what(one)} is overdue`,
};

/** The texts of notifications: not of the first screen. */
export const sentences = {
	/** A newer server may send a kind that this page does not know. */
	of: (one: Notification) => known[one.kind]?.(one) ?? `${who(one)} did something in “${one.project.name}”`,
	bundle: (count: number, newest: Notification) =>
		`${plural("en", count, { one: "comment", other: "comments" })} on ${what(newest)}`,
	openTask: "Open the task",
	openProject: "Open the project",
};
