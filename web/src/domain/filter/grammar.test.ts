import { describe, expect, it } from "vitest";
import { pieces, quotedValue } from "./grammar";

const read = (line: string) =>
	pieces(line).map(({ excluded, kind, text }) => `${excluded ? "-" : ""}${kind ? `${kind}:` : ""}[${text}]`);

describe("the words of a filter", () => {
	it.each([
		["plan the roof", ["[plan]", "[the]", "[roof]"]],
		['"plan the" -roof x', ["[plan the]", "-[roof]", "[x]"]],
		["“plan the”", ["[plan the]"]],
		['"open', ["[open]"]],
		['-"a b" c-d', ["-[a b]", "[c-d]"]],
		['LABEL:"to do" is:open -label:bug', ["label:[to do]", "is:[open]", "-label:[bug]"]],
		["10:30 foo:bar http://x.org", ["[10:30]", "[foo:bar]", "[http://x.org]"]],
		["due:<2026-12-01 label:", ["due:[<2026-12-01]", "label:[]"]],
		["- -- ", ["[-]", "-[-]"]],
		["", []],
	])("are read as the server reads them: %s", (line, expected) => {
		expect(read(line)).toEqual(expected);
	});

	it("say where they stand", () => {
		const [, second] = pieces('a -label:"to do" b');
		expect(second).toMatchObject({ start: 2, end: 16 });
	});

	it("have quotes around what has blanks", () => {
		expect(quotedValue("to do")).toBe('"to do"');
		expect(quotedValue("bug")).toBe("bug");
	});
});
