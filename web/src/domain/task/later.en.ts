import { plural } from "../../platform/i18n/language";
import { shortened } from "../../platform/text";

/** The texts of edits and of panels: downloaded with them. */
export const later = {
	moved: (name: string, column: string) => `${name} moved to ${column}`,
	reordered: (name: string) => `${name} moved`,
	archived: (name: string) => `${name} archived`,
	restored: (name: string) => `${name} restored`,
	inTrash: (name: string) => `${name} is in the trash`,
	broughtBack: (name: string) => `${name} is back`,
	completed: (name: string, column?: string) => (column ? `${name} done, in ${column}` : `${name} done`),
	reopened: (name: string, column?: string) =>
		column ? `${name} reopened, in ${column}` : `${name} reopened`,
	renamed: (name: string, title: string) => `${name} is now “${shortened(title)}”`,
	couldNotMove: (name: string) => `Could not move ${name}; it is back in its place.`,
	couldNotCreate: (title: string) => `Could not create “${title}”.`,
	manyLines: (count: number) => `${count} lines were pasted.`,
	createMany: (count: number, all: number) =>
		count < all
			? `Create the first ${count} of ${all}`
			: `Create ${plural("en", count, { one: "task", other: "tasks" })}`,
	asOne: "As one task",
	notAdded: (text: string) => `Not added: “${text}”`,
	couldNotChange: (name: string) => `Could not change ${name}.`,
	couldNotArchive: (name: string) => `Could not archive ${name}.`,
	couldNotRestore: (name: string) => `Could not restore ${name}.`,
	couldNotBringBack: (name: string) => `Could not bring ${name} back.`,
	couldNotDelete: (name: string) => `Could not delete ${name}.`,

	duplicated: (name: string, copy: string) => `${copy} is a copy of ${name}`,
	couldNotDuplicate: (name: string) => `Could not copy ${name}.`,
	deleteTitle: (name: string) => `Delete ${name}?`,
	deleteHint: (title: string) =>
		`“${title}” goes to the trash, with its checklist, comments and files. For 30 days it can be restored from there.`,
	deleteIt: "Delete",
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
	placeInColumn: "Place in the column",
	ends: { first: "Top", last: "Bottom" },
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
	priorityOf: (name: string) => `Priority of ${name}`,
	milestoneOf: (name: string) => `Milestone of ${name}`,
	estimateOf: (name: string) => `Estimate of ${name}`,
	columnOf: (name: string) => `Column of ${name}`,
	datesOf: (name: string) => `Dates of ${name}`,
	dayOf: (name: string) => `Day of ${name}`,
	noEstimate: "No estimate",
	fromTo: (start: string, due: string) => (start === due ? start : `${start} to ${due}`),
	from: (start: string) => `From ${start}`,
	until: (due: string) => `Due ${due}`,
	descriptionOf: (name: string) => `Description of ${name}`,
};
