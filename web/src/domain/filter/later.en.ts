import { plural } from "../../platform/i18n/language";

const tasks = (count: number) => plural("en", count, { one: "task", other: "tasks" });

/** The texts of what the filter opens: downloaded with it. */
export const later = {
	kinds: {
		assignee: "People",
		label: "Labels",
		priority: "Priority",
		due: "Due",
		milestone: "Milestone",
		column: "Column",
		is: "Status",
		created: "Created",
		updated: "Updated",
	},
	none: { assignee: "Nobody", label: "No label", milestone: "No milestone" },
	due: {
		overdue: "Overdue",
		today: "Due today",
		week: "Due within a week",
		later: "Due later",
		none: "No due date",
	},
	is: { open: "Open", done: "Done" },
	recent: { today: "Today", week: "In the last 7 days", month: "In the last 30 days" },
	count: tasks,
	showAll: (count: number) => `Show all ${count}`,
	suggestions: "Suggestions",
	suggested: (count: number) => plural("en", count, { one: "suggestion", other: "suggestions" }),
	hints: {
		assignee: "Who does it",
		label: "A label",
		priority: "How urgent it is",
		due: "When it is due",
		milestone: "A milestone",
		column: "A column",
		is: "Open or done",
		created: "When it was added",
		updated: "When it was last changed",
	},
	noFilter: (what: string) => `“${what}” filters nothing`,
	hidden: (count: number) =>
		count === 1 ? "Added. The filter hides it." : `Added. The filter hides ${count} of them.`,
	showIt: "Show it",
	showThem: "Show them",
	showCount: (count: number) => `Show ${tasks(count)}`,
};
