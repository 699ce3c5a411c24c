import { plural } from "../language";

const days = (count: number) => plural("en", count, { one: "day", other: "days" });
const tasks = (count: number) => plural("en", count, { one: "task", other: "tasks" });

export const timeline = {
	title: "Timeline",
	chart: "Plan",
	keys: "Left and right arrows move a day, with Shift they extend the bar, with Control they shrink it. Up and down go between bars. Enter opens the task, Escape takes the move back, the menu key has more.",
	readOnly: "You can look at this plan; your role does not allow changing it.",
	days,
	tasks,

	zoom: "Zoom",
	zooms: { day: "Day", week: "Week", month: "Month" },
	zoomTo: { day: "Zoom to days", week: "Zoom to weeks", month: "Zoom to months" },
	zoomIn: "Zoom in",
	zoomOut: "Zoom out",
	today: "Today",
	toToday: "Today: scroll to it",
	sort: "Sort by start",
	sortHint: "Bars that were moved keep their row until you sort again.",
	group: "Timeline",
	barGroup: "Bars of the timeline",
	barKeys: {
		move: "Move a day",
		extend: "Extend by a day",
		shrink: "Shrink by a day",
		menu: "Dates, dependencies and more",
	},

	dependents: "Dependents",
	dependentsShort: "Dependents:",
	dependentsHelp: "What happens to dependents",
	dependentsOf: { keep: "Keep", push: "Push", shift: "Shift" },
	dependentsHint: {
		keep: "Keep: only the task you move moves. A dependency that no longer holds is drawn in red.",
		push: "Push: tasks that wait for it move later, only as far as they must. Free days in between are used up first.",
		shift:
			"Shift: all tasks that wait for it move by the same number of days. Free days in between are kept.",
	},
	completedStay: "Completed tasks stay where they are.",

	view: "View",
	groupedBy: {
		none: "No groups",
		column: "Group by column",
		milestone: "Group by milestone",
		assignee: "Group by assignee",
	},
	colouredBy: {
		column: "Colour by column",
		label: "Colour by label",
		assignee: "Colour by assignee",
	},
	none: { none: "", column: "No column", milestone: "No milestone", assignee: "Nobody" },
	show: {
		critical: "Critical path",
		slack: "Slack",
		arrows: "Dependencies",
		table: "Table below the plan",
	},

	empty: "Nothing is planned yet",
	emptyHint: "Give a task a start or a due date, and it becomes a bar here.",
	emptyAction: (count: number) => `Choose from ${tasks(count)} without dates`,

	span: (from: string, to: string, count: number) =>
		from === to ? `${from} · ${days(count)}` : `${from} – ${to} · ${days(count)}`,
	spoken: (from: string, to: string, count: number) =>
		from === to ? `${from}, ${days(count)}` : `${from} to ${to}, ${days(count)}`,
	slackOf: (count: number) => `${days(count)} of slack`,
	critical: "on the critical path",
	late: (count: number) => `${days(count)} too late for what follows`,
	complete: "completed",
	progress: (done: number, all: number) => `${done} of ${all} done`,
	assignedTo: (names: string) => `assigned to ${names}`,
	carries: (count: number) => `takes ${tasks(count)} along`,

	moved: (name: string, where: string) => `${name}: ${where}`,
	movedToast: (name: string, also: number) =>
		also > 0
			? `Moved ${name} and ${plural("en", also, { one: "task", other: "tasks" })} after it`
			: `Moved ${name}`,
	scheduledToast: (name: string) => `Planned ${name}`,
	unscheduledToast: (name: string) => `Took ${name} off the plan`,
	takenBack: (name: string) => `${name}: back where it was`,
	couldNotMove: (name: string) => `Could not move ${name}`,
	someoneMoved: (who: string, count: number) => `${who} moved ${tasks(count)}`,
	changedSince: "It was changed meanwhile, so there is nothing to take back.",

	unscheduled: "Without dates",
	unscheduledHint: "Drag a task onto the plan, or give it a date.",
	giveDates: (name: string) => `Give ${name} a date`,
	dates: "Dates",
	start: "Start",
	due: "Due",
	dueBeforeStart: "The due date must not be before the start.",
	takeOff: "Take off the plan",

	open: "Open task",
	setDates: "Set dates…",
	linkTo: "Add a dependency…",
	markComplete: "Complete",
	reopen: "Reopen",
	editLink: (name: string) => `Dependency on ${name}…`,
	editFollower: (name: string) => `${name} waits for this…`,
	couldNotComplete: (name: string) => `Could not complete ${name}`,

	dependency: "Dependency",
	dependencies: "Dependencies",
	waitsFor: (task: string, other: string) => `${task} waits for ${other}`,
	lag: "Days in between",
	lagHint: "Negative lets it begin before the other ends.",
	broken: (count: number) => `Planned ${days(count)} too early`,
	linked: (task: string, other: string) => `${task} now waits for ${other}`,
	unlinked: (task: string, other: string) => `${task} no longer waits for ${other}`,
	couldNotLink: (task: string, other: string) => `Could not make ${task} wait for ${other}`,
	couldNotUnlink: (task: string, other: string) => `Could not remove the dependency of ${task} on ${other}`,
	circle: "That would make the tasks wait for each other in a circle.",
	alreadyLinked: (task: string, other: string) => `${task} waits for ${other} already`,
	chooseOther: (name: string) => `Which task must end before ${name} begins?`,
	removeLink: "Remove dependency",

	milestone: "Milestone",
	milestones: "Milestones",
	newMilestone: "New milestone",
	milestoneName: "Name",
	milestoneDate: "Date",
	create: "Create",
	milestoneAt: (name: string, when: string, done: boolean) =>
		`Milestone ${name}, ${when}${done ? ", completed" : ""}`,
	milestoneProgress: (done: number, all: number) => `${done} of ${tasks(all)} done`,
	milestoneDone: "Completed",
	withoutDate: "no date",
	couldNotMilestone: (name: string) => `Could not change the milestone ${name}`,
	couldNotCreateMilestone: (name: string) => `Could not create the milestone ${name}`,
	couldNotDeleteMilestone: (name: string) => `Could not delete the milestone ${name}`,
	movedMilestone: (name: string, when: string) => `${name}: ${when}`,
	deleteMilestone: "Delete",
	reallyDelete: "Delete for everybody?",
	needName: "A milestone needs a name.",

	table: "The plan as a table",
	columns: { task: "Task", start: "Start", due: "Due", slack: "Slack", waitsFor: "Waits for" },
	legend: { critical: "Critical path", slack: "Slack", broken: "Broken dependency" },
};
