import { describe, expect, it } from "vitest";
import { type FilterKind, kinds } from "./filter";
import { pieceAt, suggestionsFor } from "./suggest";

const all: Partial<Record<FilterKind, { id: string; label: string }[]>> = {
	assignee: [
		{ id: "me", label: "Mine" },
		{ id: "u1", label: "Alice Smith" },
		{ id: "none", label: "Nobody" },
	],
	label: [
		{ id: "l1", label: "Bug" },
		{ id: "l2", label: "Big garden" },
	],
	is: [
		{ id: "open", label: "Open" },
		{ id: "done", label: "Done" },
	],
};
const hints = Object.fromEntries(kinds.map((kind) => [kind, kind])) as Record<FilterKind, string>;

function suggested(line: string) {
	const piece = pieceAt(line, line.length);
	return piece ? suggestionsFor(piece, (kind) => all[kind] ?? [], { hints }).map(({ insert }) => insert) : [];
}

describe("a filter that is typed", () => {
	it.each([
		["as", ["assignee:"]],
		["x -l", ["-label:"]],
		["label:", ["label:Bug ", 'label:"Big garden" ']],
		["label:gar", ['label:"Big garden" ']],
		['-label:"big', ['-label:"Big garden" ']],
		["assignee:m", ["assignee:me "]],
		["assignee:smi", ['assignee:"Alice Smith" ']],
		["assignee:no", ["assignee:none "]],
		["IS:d", ["is:done "]],
		["roof", []],
		['label:"Big garden"', []],
		["", []],
		["label:Bug ", []],
	])("is completed: %s", (line, expected) => expect(suggested(line)).toEqual(expected));
});
