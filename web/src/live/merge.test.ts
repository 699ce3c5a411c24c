import { type Change, Problem } from "boardcast";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inWords } from "./in-words";
import { merge } from "./merge";
import type { StoredEdit } from "./stored-edit";

beforeEach(() => {
	inWords.value = (_project, { field }, object) => ({ what: field, text: String(object[field]) });
});
afterEach(() => {
	inWords.value = undefined;
});

function edit(
	fields: Record<string, unknown>,
	saw: Record<string, unknown>,
	over: Partial<StoredEdit> = {},
): StoredEdit {
	return {
		request: { method: "PATCH", path: "/x", body: fields },
		base: { version: 5, fields: ["t1.x"] },
		saw: { kind: "tasks", id: "t1", fields: saw },
		change: { changes: { tasks: [{ id: "t1", ...fields }] } } as Change,
		failure: "",
		...over,
	};
}
/** What the server says: the object as it is now, and which of its fields were changed by others. */
const refused = (current: object, ...conflicts: string[]) =>
	new Problem(412, { code: "version_conflict", current: { id: "t1", version: 9, ...current }, conflicts });
const merged = (stored: StoredEdit, problem: Problem) => {
	const { rest, asked } = merge("p", stored, problem);
	return {
		rest: rest && { body: rest.request.body, base: rest.base?.version, change: rest.change.changes?.tasks },
		asked: asked.map(({ request, typed, base }) => ({
			body: request.body,
			base: base?.version,
			yours: typed?.text,
			theirs: typed?.theirs,
		})),
	};
};

describe("an edit that was made on an older version", () => {
	it("goes out again where nobody has put in another value", () => {
		const title = edit({ title: "Mine" }, { title: "Old" });
		const again = { body: { title: "Mine" }, base: 9, change: [{ id: "t1", title: "Mine" }] };
		// The log no longer says what happened; another person changed it and put it back; both chose the same.
		for (const current of ["Old", "Mine"]) {
			expect(merged(title, refused({ title: current }, "title"))).toEqual({ rest: again, asked: [] });
		}
	});

	it("asks where both have changed the same field, each to something else", () => {
		const { rest, asked } = merged(
			edit({ priority: "high" }, { priority: "none" }),
			refused({ priority: "low" }, "priority"),
		);
		expect(rest).toBeUndefined();
		expect(asked).toEqual([{ body: { priority: "high" }, base: 9, yours: "high", theirs: "low" }]);
	});

	it("of several fields asks about those that both have changed, and sends the others", () => {
		const stored = edit(
			{ priority: "high", estimate: 3, title: "Mine" },
			{ priority: "none", estimate: null, title: "Old" },
		);
		const problem = refused({ priority: "low", estimate: null, title: "Theirs" }, "priority", "title");
		expect(merged(stored, problem)).toEqual({
			rest: { body: { estimate: 3 }, base: 9, change: [{ id: "t1", estimate: 3 }] },
			asked: [
				{ body: { priority: "high" }, base: 9, yours: "high", theirs: "low" },
				{ body: { title: "Mine" }, base: 9, yours: "Mine", theirs: "Theirs" },
			],
		});
	});

	it("asks nothing about a place among others, and about a column once", () => {
		const move = (saw: object, over: object) =>
			edit(
				{ column_id: "c2", position: "a5" },
				{ column_id: "c1", position: "a1", ...saw },
				{
					request: { method: "PUT", path: "/x", body: { column_id: "c2", after: "t7" } },
					...over,
				},
			);
		const again = merged(move({}, {}), refused({ column_id: "c1", position: "a9" }, "position"));
		expect(again.rest?.body).toEqual({ column_id: "c2", after: "t7" });
		const { rest, asked } = merged(
			move({}, {}),
			refused({ column_id: "c3", position: "a9", completed_at: "2026" }, "column_id", "position"),
		);
		expect(rest).toBeUndefined();
		expect(asked).toMatchObject([{ body: { column_id: "c2", after: "t7" }, yours: "c2", theirs: "c3" }]);
	});

	it("takes two dates as one decision", () => {
		const dates = edit(
			{ start_on: "2026-12-01", due_on: "2026-12-03" },
			{ start_on: null, due_on: null },
			{
				request: { method: "PUT", path: "/x", body: { start_on: "2026-12-01", due_on: "2026-12-03" } },
			},
		);
		const { rest, asked } = merged(dates, refused({ start_on: "2026-12-02", due_on: null }, "start_on"));
		expect(rest).toBeUndefined();
		expect(asked).toHaveLength(1);
	});

	it("tells a zero from nothing, and a cleared text not", () => {
		expect(
			merged(edit({ estimate: 0 }, { estimate: 5 }), refused({ estimate: null }, "estimate")).asked,
		).toHaveLength(1);
		expect(
			merged(edit({ description: "" }, { description: "x" }), refused({ description: null }, "description"))
				.asked,
		).toEqual([]);
	});

	it("is asked about whole where it is not known what the person saw", () => {
		const { saw: _, ...blind } = edit({ title: "Mine" }, {});
		expect(merge("p", blind, refused({ title: "Theirs" }, "title"))).toEqual({
			rest: undefined,
			asked: [blind],
		});
		const stored = edit({ title: "Mine" }, { title: "Old" });
		const silent = new Problem(412, { code: "version_conflict" });
		expect(merge("p", stored, silent)).toEqual({ rest: undefined, asked: [stored] });
	});
});
