import { plural } from "../../platform/i18n/language";
import { shortened } from "../../platform/text";

/** The texts of edits and of panels: downloaded with them. */
export const later = {
	moved: (name: string, column: string) => `${name} moved to ${column}`,
	reordered: (name: string) => `${name} moved`,
	archived: (name: string) => `${name} archived`,
	restored: (name: string) => `${name} restored`,
	deleted: (name: string) => `${name} deleted`,
	completed: (name: string, column?: string) => (column ? `${name} done, in ${column}` : `${name} done`),
	reopened: (name: string, column?: string) =>
		column ? `${name} reopened, in ${column}` : `${name} reopened`,
	renamed: (name: string, title: string) => `${name} is now “${shortened(title)}”`,
	couldNotMove: (name: string) => `Could not move ${name}; it is back in its place.`,
	couldNotCreate: (title: string) => `Could not create “${title}”.`,
	couldNotChange: (name: string) => `Could not change ${name}.`,
	couldNotArchive: (name: string) => `Could not archive ${name}.`,
	couldNotRestore: (name: string) => `Could not restore ${name}.`,
	couldNotDelete: (name: string) => `Could not delete ${name}.`,

	duplicated: (name: string, copy: string) => `${copy} is a copy of ${name}`,
	couldNotDuplicate: (name: string) => `Could not copy ${name}.`,
	deleteTitle: (name: string) => `Delete ${name}?`,
	deleteHint: (title: string) =>
		`“${title}” and its checklist go for good; nobody can bring them back. To keep it out of sight instead, archive it.`,
	deleteIt: "Delete for good",
	archiveInstead: "Archive instead",

	pickPeople: "Who works on it",
	pickPriority: "Priority",
	pickColumn: "Move to column",
	pickMilestone: "Milestone",
	findMilestone: "Find a milestone",
	noMilestone: "No milestone",
	start: "Start",
	findPerson: "Find a person",
	findColumn: "Find a column",
	noDate: "No date",
	priority: "Priority",
	due: "Due",

	rescheduled: (name: string, also: number) =>
		also > 0
			? `Moved ${name} and ${plural("en", also, { one: "task", other: "tasks" })} after it`
			: `Moved ${name}`,
	scheduled: (name: string) => `Planned ${name}`,
	unscheduled: (name: string) => `Took ${name} off the plan`,
	couldNotSchedule: (name: string) => `Could not move ${name}`,
	titleOf: (name: string) => `Title of ${name}`,
	descriptionOf: (name: string) => `Description of ${name}`,
};
