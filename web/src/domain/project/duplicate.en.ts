/** The texts of the dialog that copies a project: downloaded with it. */
export const duplicate = {
	title: (name: string) => `Duplicate “${name}”`,
	action: "Duplicate the project…",
	copyOf: (name: string) => `Copy of ${name}`,
	name: "Name",
	key: "Key",
	keyHint: "Stands in front of its task numbers.",
	keyTaken: "Another project of yours has this key.",
	start: "Starts on",
	startHint: "The earliest date. All others move along.",
	members: "With its members",
	what: "The copy has the columns, labels, milestones and tasks, but no comments and no history.",
	make: "Duplicate",
};
