import { label as words } from "./messages";

const grey = "#6b7280";

/** The colour that a new label gets: each in turn, by the number of labels that the project has. */
export function nextColour(count: number): string {
	return words.colours[count % words.colours.length]?.[0] ?? grey;
}
