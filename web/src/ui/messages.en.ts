/** Texts of components that know no noun. */
export const ui = {
	both: "Both together",
	oneOf: (place: number, count: number) => `${place} of ${count}`,
	editBoth: "Edit both",

	today: "Today",
	tomorrow: "Tomorrow",
	nextWeek: "Next Monday",
	noDate: "No date",
	openCalendar: (field: string) => `Calendar for ${field}`,
	earlierMonth: "Month before",
	laterMonth: "Month after",
	typeDay: "4 dec, fri, tomorrow…",
	notADay: "Not understood as a day. Try “4 dec”, “fri”, “tomorrow” or “2026-12-04”.",
	/** Offered where a day is typed. */
	typedDays: ["today", "tomorrow", "next week"],
	/** What may be typed for a day, all in lower case. The names of months and weekdays come from the browser. */
	typed: {
		today: ["today", "tod", "now"],
		tomorrow: ["tomorrow", "tom", "tmr"],
		yesterday: ["yesterday"],
		next: ["next"],
		week: ["week", "weeks", "w"],
		month: ["month", "months"],
		day: ["day", "days", "d"],
		in: ["in", "+"],
		ordinal: ["st", "nd", "rd", "th"],
	},
};
