const list = (names: readonly string[]) => new Intl.ListFormat("en").format(names);
const are = (names: readonly string[]) => `${list(names)} ${names.length > 1 ? "are" : "is"}`;

export const presence = {
	here: "Also in this project",
	more: (count: number) => `+${count}`,
	others: (names: readonly string[], more: number) => list(more > 0 ? [...names, `${more} more`] : names),
	isHere: (name: string) => `${name} is here`,
	isEditing: (name: string) => `${name} is editing a task`,
	looking: (names: readonly string[]) => `${are(names)} looking at this`,
	editing: (names: readonly string[]) => `${are(names)} editing`,
};
