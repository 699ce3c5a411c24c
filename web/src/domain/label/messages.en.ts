import { plural } from "../../platform/i18n/language";

export const label = {
	findLabel: "Find a label",
	manageLabels: "Manage labels",
	createLabel: (name: string) => `Create “${name}”`,
	noLabels: "No labels yet",
	labels: "Labels",
	labelName: "Name",
	labelColour: "Colour",
	newLabel: "New label",
	addLabel: "Add label",
	deleteLabel: (name: string) => `Delete the label ${name}`,
	deleteLabelHint: (tasks: number) =>
		`It is taken off ${plural("en", tasks, { one: "task", other: "tasks" })}.`,
	deleteLabelConfirm: "Delete label",
	nameOf: (name: string) => `Name of the label ${name}`,
	couldNotChangeLabel: (name: string) => `Could not change the label ${name}.`,
	colours: [
		["#c4413a", "Red"],
		["#c7762b", "Orange"],
		["#a88b16", "Yellow"],
		["#4b8f3f", "Green"],
		["#1f8a7a", "Teal"],
		["#2f7fc1", "Blue"],
		["#6a5acd", "Violet"],
		["#b0488f", "Pink"],
		["#6b7280", "Grey"],
	] as const,
	pickLabels: "Labels of this task",
};
