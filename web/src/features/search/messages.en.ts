import { plural } from "../../platform/i18n/language";

export const search = {
	title: "Search",
	field: "Search in all projects",
	kind: "What to find",
	kinds: { all: "All", task: "Tasks", comment: "Comments", attachment: "Files" },
	project: "Project",
	everywhere: "All projects",
	results: "Results",
	found: (count: number, more: boolean) =>
		more
			? `The first ${plural("en", count, { one: "result", other: "results" })}`
			: plural("en", count, { one: "result", other: "results" }),
	archived: "Archived",
	done: "Done",
	begin: "Find tasks, comments and files",
	none: "Nothing found",
	noneHint: "All words have to be there. Try fewer of them, or another spelling.",
	noneFiltered: "Nothing of this kind or in this project fits.",
	clearFilters: "Search everything",
	hints: "What you can type",
	examples: [
		["paint roof", "both words, in any order"],
		['"paint the roof"', "words one behind the other"],
		["-draft", "without this word"],
		["assignee:me is:open", "your open tasks"],
		["due:overdue", "or today, week, a day, or from..to"],
		["updated:week", "or created, today, month, >=2026-11-20"],
		["label:bug priority:high", "by label and priority"],
		["is:archived", "in the archive"],
	] as readonly (readonly [string, string])[],
};
