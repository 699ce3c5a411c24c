/** The texts of selecting itself: a card says that it is selected. */
export const select = {
	toggle: "Select",
	extend: "Select up to here",
	all: "Select all that are shown",
	is: (name: string) => `${name} selected`,
	isNot: (name: string) => `${name} not selected`,
	selected: "Selected",
};
