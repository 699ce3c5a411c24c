import { plural } from "../../platform/i18n/language";

/** The texts of the field that adds tasks: downloaded with it. */
export const quickWords = {
	addHint: "Enter adds, Escape closes and keeps the text. #label, @person, !high and >fri work.",
	understood: (what: string) => `Understood: ${what}`,
	understoodParts: "Understood",
	asText: (text: string) => `Keep “${text}” as text`,
	staysText: (text: string) => `${text} stays text`,
	newLabel: "New label",
	createLabel: (name: string) => `Create the label “${name}”`,
	suggestionsTitle: "Suggestions",
	suggestions: (count: number) =>
		`${plural("en", count, { one: "suggestion", other: "suggestions" })}, use the arrow keys`,
	long: "This is long for a title: all of it also goes into the description.",
	created: (count: number) => `${plural("en", count, { one: "task", other: "tasks" })} added`,
};
