import { plural } from "../../platform/i18n/language";

export const writing = {
	toolbar: "Formatting",
	bold: "Bold",
	italic: "Italic",
	code: "Code",
	link: "Link",
	list: "List",
	quote: "Quote",
	tasks: "Task list",
	image: "Add an image",
	withKey: (name: string, keys: string) => `${name} (${keys})`,
	tabs: "Write or look",
	write: "Write",
	preview: "Preview",
	nothingToPreview: "Nothing to preview",
	suggestions: "Suggestions",
	suggestionCount: (count: number) =>
		`${plural("en", count, { one: "suggestion", other: "suggestions" })}, arrow keys choose`,
	box: "Box",
	scrolls: "Scrolls sideways",
};
