export const deleting = {
	title: "Delete the project",
	question: (name: string) => `Delete “${name}”?`,
	confirm: (key: string) => `Type ${key} to confirm`,
	deleted: (name: string) => `“${name}” is in the trash for 30 days`,
};
