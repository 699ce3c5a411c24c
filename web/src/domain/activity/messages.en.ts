import { plural } from "../../platform/i18n/language";

/** The task that a sentence is about: left out, or "this", in the task's own dialog. */
type It = string | undefined;
const of = (it: It) => (it === undefined ? "" : ` of ${it}`);
const to = (it: It) => (it === undefined ? "" : ` to ${it}`);
const from = (it: It) => (it === undefined ? "" : ` from ${it}`);
const on = (it: It) => (it === undefined ? "" : ` on ${it}`);
const inside = (it: It) => (it === undefined ? "" : ` in ${it}`);
const self = (it: It) => it ?? "this";

/** What people did, as the rest of a sentence that begins with their name. */
export const activity = {
	/** In place of a name, for what no person did. */
	rule: "The rule",
	via: "via",
	formerMember: "a former member",
	deletedColumn: "a deleted column",
	deletedLabel: "a deleted label",
	deletedMilestone: "a deleted milestone",
	self: "this",
	otherTask: "another task",
	aTask: "a task",
	titled: (title: string) => `“${title}”`,
	list: (names: readonly string[]) => new Intl.ListFormat("en").format(names),
	andOthers: (it: string, count: number) =>
		`${it} and ${plural("en", count, { one: "other", other: "others" })}`,

	createdTask: (it: It) => `created ${self(it)}`,
	outOfTrash: (it: It) => `took ${self(it)} out of the trash`,
	/** What it is now stands behind. */
	undid: (what: string) => `undid a change: ${what}`,
	deletedTask: (it: It) => `deleted ${self(it)}`,
	archived: (it: It) => `archived ${self(it)}`,
	restored: (it: It) => `restored ${self(it)} from the archive`,
	done: (it: It) => `marked ${self(it)} as done`,
	notDone: (it: It) => `marked ${self(it)} as not done`,
	moved: (it: It, old: string, now: string) => `moved ${self(it)} from ${old} to ${now}`,
	movedTasks: "moved tasks",
	movedInColumn: (it: It) => `moved ${self(it)} within its column`,
	renamedTask: (it: It, old: string, now: string) => `renamed ${self(it)} from “${old}” to “${now}”`,
	wroteDescription: (it: It) => `wrote the description${of(it)}`,
	editedDescription: (it: It) => `edited the description${of(it)}`,
	removedDescription: (it: It) => `removed the description${of(it)}`,
	assigned: (it: It, names: string) => `assigned ${self(it)} to ${names}`,
	assignedSelf: (it: It) => `took ${self(it)} on`,
	unassigned: (it: It, names: string) => `took ${names} off ${self(it)}`,
	unassignedSelf: (it: It) => `no longer has ${self(it)}`,
	labels: (names: string, count: number) => `the ${count > 1 ? "labels" : "label"} ${names}`,
	labelled: (it: It, labels: string) => `added ${labels}${to(it)}`,
	unlabelled: (it: It, labels: string) => `removed ${labels}${from(it)}`,
	milestone: (name: string) => `the milestone ${name}`,
	intoMilestone: (it: It, milestone: string) => `put ${self(it)} into ${milestone}`,
	outOfMilestone: (it: It, milestone: string) => `took ${self(it)} out of ${milestone}`,
	otherMilestone: (it: It, old: string, now: string) => `moved ${self(it)} from ${old} to ${now}`,
	/** Of a task's dates, priority and estimate. */
	fields: {
		start_on: "the start date",
		due_on: "the due date",
		priority: "the priority",
		estimate: "the estimate",
	},
	setField: (it: It, field: string, now: string) => `set ${field}${of(it)} to ${now}`,
	changedField: (it: It, field: string, old: string, now: string) =>
		`changed ${field}${of(it)} from ${old} to ${now}`,
	removedField: (it: It, field: string) => `removed ${field}${of(it)}`,
	shifted: (it: It, old: string, now: string) => `moved ${self(it)} on the timeline from ${old} to ${now}`,
	setCover: (it: It) => (it === undefined ? "chose a cover" : `chose a cover for ${it}`),
	removedCover: (it: It) => `removed the cover${of(it)}`,
	/** A field that this page does not know. */
	changedSomething: (it: It) => `changed ${self(it)}`,

	addedItem: (it: It, text: string) => `added “${text}” to the checklist${of(it)}`,
	ticked: (it: It, text: string) => `ticked “${text}”${inside(it)}`,
	unticked: (it: It, text: string) => `unticked “${text}”${inside(it)}`,
	changedItem: (it: It, old: string, now: string) => `changed “${old}” to “${now}” in the checklist${of(it)}`,
	movedItem: (it: It, text: string) => `moved “${text}” in the checklist${of(it)}`,
	removedItem: (it: It, text: string) => `removed “${text}” from the checklist${of(it)}`,
	anItem: "an item",

	waits: (it: It, other: string) => `made ${self(it)} wait for ${other}`,
	isWaitedFor: (it: It, other: string) => `made ${other} wait for ${self(it)}`,
	waitsNoMore: (it: It, other: string) => `made ${self(it)} no longer wait for ${other}`,
	isWaitedForNoMore: (it: It, other: string) => `made ${other} no longer wait for ${self(it)}`,
	lag: (it: It, other: string, days: number) =>
		`put ${plural("en", days, { one: "day", other: "days" })} between ${other} and ${self(it)}`,

	commented: (it: It) => `commented${on(it)}`,
	editedComment: (it: It) => `edited a comment${on(it)}`,
	deletedComment: (it: It) => `deleted a comment${on(it)}`,
	reacted: (it: It, emoji: string) => `reacted with ${emoji} to a comment${on(it)}`,
	tookReactionBack: (it: It) => `took back a reaction to a comment${on(it)}`,

	addedFile: (it: It, name: string) => `added the file ${name}${to(it)}`,
	renamedFile: (it: It, old: string, now: string) => `renamed the file ${old} to ${now}${inside(it)}`,
	deletedFile: (it: It, name: string) => `deleted the file ${name}${from(it)}`,
	aFile: "a file",

	/** Things of the project, by the kind of their events. */
	things: {
		column: "the column",
		label: "the label",
		milestone: "the milestone",
		view: "the view",
	},
	created: (thing: string, name: string) => `created ${thing} ${name}`,
	deleted: (thing: string, name: string) => `deleted ${thing} ${name}`,
	changed: (thing: string, name: string) => `changed ${thing} ${name}`,
	movedThing: (thing: string, name: string) => `moved ${thing} ${name}`,
	renamed: (thing: string, old: string, now: string) => `renamed ${thing} ${old} to ${now}`,
	limited: (name: string, count: number) => `limited the column ${name} to ${count}`,
	unlimited: (name: string) => `removed the limit of the column ${name}`,
	columnKind: (name: string, kind: string) => `made the column ${name} one of the kind ${kind.toLowerCase()}`,
	archivesAfter: (name: string, days: number) =>
		`let the column ${name} archive tasks after ${plural("en", days, { one: "quiet day", other: "quiet days" })}`,
	archivesNoMore: (name: string) => `let the column ${name} archive no tasks by itself`,
	milestoneDue: (name: string, when: string) => `set the date of the milestone ${name} to ${when}`,
	milestoneUndated: (name: string) => `removed the date of the milestone ${name}`,
	milestoneReached: (name: string) => `marked the milestone ${name} as reached`,
	milestoneNotReached: (name: string) => `marked the milestone ${name} as not reached`,

	addedMember: (name: string, role: string) => `added ${name} as ${role.toLowerCase()}`,
	joined: (role: string) => `joined as ${role.toLowerCase()}`,
	madeMember: (name: string, role: string) => `made ${name} ${role.toLowerCase()}`,
	newName: (old: string, now: string) => `is now called ${now} (before: ${old})`,
	disabled: (name: string) => `disabled the account of ${name}`,
	enabled: (name: string) => `enabled the account of ${name}`,
	removedMember: (name: string) => `removed ${name} from the project`,
	left: "left the project",
	mergedGuest: (name: string) => `merged the guest ${name} with a member`,

	createdProject: "created the project",
	duplicatedProject: "made this project as a copy",
	archivedProject: "archived the project",
	unarchivedProject: "took the project out of the archive",
	deletedProject: "deleted the project",
	renamedProject: (old: string, now: string) => `renamed the project from ${old} to ${now}`,
	newKey: (old: string, now: string) => `changed the key of the project from ${old} to ${now}`,
	changedProject: "changed the settings of the project",
	/** An event that this page does not know. */
	other: "changed something",

	showWhat: "What changed",
	showText: "What was written",
	none: "Nothing yet",
	boardThen: "the board as it was then",
	earlier: "Show earlier",
};
