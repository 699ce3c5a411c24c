import { plural } from "../../platform/i18n/language";

const tasks = (count: number) => plural("en", count, { one: "task", other: "tasks" });
const days = (count: number) => plural("en", count, { one: "day", other: "days" });
const were = (count: number) => (count === 1 ? "was" : "were");

export const reports = {
	choose: "What the reports are about",
	range: "Time",
	ranges: { fortnight: "2 weeks", month: "Month", quarter: "Quarter", dates: "Dates" },
	from: "From",
	to: "To",
	interval: "Steps",
	intervals: { day: "Days", week: "Weeks" },
	label: "Label",
	anyLabel: "All labels",
	assignee: "Person",
	anybody: "All people",
	nobody: "Nobody",
	milestone: "Milestone",
	anyMilestone: "All milestones",
	noMilestone: "No milestone",
	clear: "All tasks",

	titles: {
		burnup: "Burn-up",
		throughput: "Throughput",
		"cycle-time": "Cycle time",
		"cumulative-flow": "Cumulative flow",
		workload: "Workload",
		ageing: "Ageing work",
	},
	hints: {
		burnup: "How much there is to do, and how much of it is done.",
		throughput: "What came in, and what was finished.",
		"cycle-time": "How long each finished task took, from its start to its end.",
		"cumulative-flow": "How many tasks lay in each column. A band that grows wider is a queue.",
		workload: "What each person has to do now, and has done in this time.",
		ageing: "For how long each task has been worked on. The lines say how long finished ones took.",
	},
	empty: {
		burnup: "As soon as there are tasks, a line shows how many, and a second one below it how many are done.",
		throughput: "Tasks that are created and finished in this time stand here side by side.",
		"cycle-time":
			"Each task that is finished in this time becomes a dot: the higher it lies, the longer it took.",
		"cumulative-flow":
			"As soon as there are tasks, each column is a band as wide as the tasks that lie in it.",
		workload: "As soon as there are tasks, each person has a bar as long as what they have to do.",
		ageing:
			"Each task that is worked on becomes a dot in its column: the higher it lies, the longer ago it was begun.",
	},
	nothing: "Nothing to show yet",

	scope: "In all",
	done: "Done",
	created: "Created",
	completed: "Completed",
	reopened: "Reopened",
	open: "Open",
	dueThisWeek: "Due this week",
	overdue: "Overdue",
	tasks,
	days,
	weekOf: (day: string) => `Week of ${day}`,
	share: (share: number) => `${share}%`,
	level: (share: number, count: number) => `${share}%: ${days(count)}`,
	deletedColumn: "A deleted column",
	formerMember: "A former member",

	summary: {
		burnup: (done: number, all: number, when: string) =>
			`${done} of ${tasks(all)} ${were(done)} done on ${when}.`,
		throughput: (created: number, completed: number, reopened: number) =>
			`${tasks(created)} ${were(created)} created, ${completed} completed and ${reopened} reopened.`,
		cycleTime: (count: number, p50: number, p85: number, p95: number) =>
			`Of ${tasks(count)}, half took at most ${days(p50)}, 85% at most ${days(p85)} and 95% at most ${days(p95)}.`,
		flow: (when: string, columns: readonly string[]) =>
			`On ${when}: ${new Intl.ListFormat("en").format(columns)}.`,
		column: (name: string, count: number) => `${count} in ${name}`,
		workload: (open: number, people: number, overdue: number) =>
			`${tasks(open)} open for ${plural("en", people, { one: "person", other: "people" })}, ${overdue} of them overdue.`,
		ageing: (task: string, column: string, count: number) =>
			`The oldest is ${task}: begun ${days(count)} ago, now in ${column}.`,
	},

	trimmed: "The beginning of the history is no longer kept: what happened then is missing here.",
	table: "Show the numbers",
	tableOf: (title: string) => `Numbers: ${title}`,
	heads: {
		day: "Day",
		week: "Week of",
		task: "Task",
		title: "Title",
		completedOn: "Completed on",
		days: "Days",
		person: "Person",
		column: "Column",
		since: "Begun on",
	},
	png: (title: string) => `Download ${title} as an image`,
	csv: (title: string) => `Download ${title} as CSV`,
	couldNotDraw: "The image could not be made",
};
