import { Problem } from "boardcast";
import { expect, test } from "vitest";
import { questionOf, readings } from "./question";

const refusal = (pointer: string, detail: string) =>
	new Problem(422, { code: "invalid", errors: [{ pointer, detail }] });

test("dates that may be two days are a question, with both of them", () => {
	const detail =
		'"05/06/2026 10:30" may be two days: say with dmy or mdy whether its day or its month comes first';
	expect(questionOf(refusal("/mapping/date_order", detail))).toEqual({
		about: "date_order",
		example: "05/06/2026 10:30",
		days: { dmy: "2026-06-05", mdy: "2026-05-06" },
	});
});

test("a table without a title is a question, and what is wrong with a file is none", () => {
	expect(questionOf(refusal("/mapping/columns", "which column is the title? There are: a, b"))).toEqual({
		about: "title",
	});
	expect(questionOf(refusal("/file", "is empty"))).toBeUndefined();
	expect(questionOf(new Problem(413, { code: "too_large" }))).toBeUndefined();
});

test("a day that does not exist is no reading", () => {
	expect(readings("13/06/26")).toEqual({ dmy: "2026-06-13" });
	expect(readings("31.02.2026")).toEqual({});
	expect(readings("someday")).toEqual({});
});
