import { plural } from "../../platform/i18n/language";

/** The texts of lanes and of what cards show: downloaded with them. */
export const lanes = {
	none: { assignee: "Nobody", label: "No label", priority: "No priority", milestone: "No milestone" },
	list: (column: string, lane: string) => `${column}, ${lane}`,
	moved: (name: string, lane: string) => `${name} moved to ${lane}`,
	lane: (name: string, count: number) => `${name}, ${plural("en", count, { one: "task", other: "tasks" })}`,
	display: "Display",
	lanesBy: "Lanes",
	groups: {
		none: "None",
		assignee: "People",
		label: "Labels",
		priority: "Priority",
		milestone: "Milestone",
	},
	cards: "Cards show",
	parts: {
		labels: "Labels",
		assignees: "People",
		dates: "Due date",
		checklist: "Checklist",
		comments: "Comments and files",
		estimate: "Estimate",
		cover: "Picture",
	},
};
