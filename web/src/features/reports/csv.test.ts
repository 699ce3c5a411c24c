import { expect, it } from "vitest";
import { csvOf } from "./csv";

const lines = (text: string) => text.replace(/^\ufeff/, "").split("\r\n");

it("marks its encoding, and ends each line as spreadsheets do", () => {
	expect(csvOf(["Day", "Done"], [["2026-11-30", 3]])).toBe("\ufeffDay,Done\r\n2026-11-30,3\r\n");
});

it("quotes what would end a cell or a line", () => {
	const rows = [["a, b", 'say "yes"', "two\nlines"]];
	expect(
		lines(csvOf(["x", "y", "z"], rows))
			.slice(1)
			.join("\r\n"),
	).toBe('"a, b","say ""yes""","two\nlines"\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")'])("%j is no formula", (text) => {
	const cell = lines(csvOf(["x"], [[text]]))[1] ?? "";
	expect(cell.replace(/^"/, "").startsWith("'")).toBe(true);
});

it("leaves numbers below zero numbers", () => {
	expect(lines(csvOf(["x"], [[-1.5]]))[1]).toBe("-1.5");
});
