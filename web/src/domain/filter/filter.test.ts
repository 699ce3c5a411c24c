import { task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import {
	countOf,
	everything,
	type Filter,
	isMine,
	matcher,
	me,
	readFilter,
	toggled,
	writeFilter,
} from "./filter";

const fits = (query: string, over: Parameters<typeof task>[1]) =>
	matcher(readFilter(new URLSearchParams(query)), "alice", "WEB", "2026-11-29")(task("t", over));

describe("a filter", () => {
	it("survives the address", () => {
		const filter: Filter = {
			text: "logo",
			assignee: ["bob"],
			label: ["l1", "l2"],
			priority: ["urgent", "low"],
			due: ["overdue", "none"],
			milestone: ["m1", "none"],
			column: ["c1"],
			is: ["open"],
			created: ["week"],
			updated: ["today", ">=2026-11-20"],
		};
		const query = new URLSearchParams(writeFilter(filter) as Record<string, string>);
		expect(readFilter(query)).toEqual(filter);
		expect(countOf(readFilter(new URLSearchParams()))).toBe(0);
		expect(readFilter(new URLSearchParams())).toEqual(everything);
		expect(Object.values(writeFilter(everything)).every((value) => value === null)).toBe(true);
		for (const one of [
			"q=a",
			"assignee=me",
			"label=l",
			"priority=low",
			"due=today",
			"is=done",
			"due=<2026-12-01",
		])
			expect(countOf(readFilter(new URLSearchParams(one)))).toBe(1);
		expect(
			readFilter(new URLSearchParams("due=soon&priority=huge&is=archived&created=once&updated=never")),
		).toEqual(everything);
	});

	it("finds all words, in any case, and the number", () => {
		expect(fits("q=new+LOGO", { title: "Draw a new logo" })).toBe(true);
		expect(fits("q=new+page", { title: "Draw a new logo" })).toBe(false);
		expect(fits("q=web-12", { number: 12 })).toBe(true);
	});

	it("finds any of the people, me, and tasks of nobody", () => {
		expect(fits("assignee=me", { assignee_ids: ["alice"] })).toBe(true);
		expect(fits("assignee=me", { assignee_ids: ["bob"] })).toBe(false);
		expect(fits("assignee=bob,me", { assignee_ids: ["bob"] })).toBe(true);
		expect(fits("assignee=none", { assignee_ids: [] })).toBe(true);
		expect(fits("assignee=none", { assignee_ids: ["bob"] })).toBe(false);
	});

	it("finds any of the labels", () => {
		expect(fits("label=a,b", { label_ids: ["b"] })).toBe(true);
		expect(fits("label=a", { label_ids: [] })).toBe(false);
	});
});

describe("a filter by due date", () => {
	const due = (choices: string, due_on: string | null, over = {}) =>
		fits(`due=${choices}`, { due_on, completed_at: null, ...over });

	it("knows what is late, what is near, and what has no date", () => {
		expect(due("overdue", "2026-11-28")).toBe(true);
		expect(due("overdue", "2026-11-29")).toBe(false);
		expect(due("today", "2026-11-29")).toBe(true);
		expect(due("week", "2026-11-29")).toBe(true);
		expect(due("week", "2026-12-06")).toBe(true);
		expect(due("week", "2026-12-07")).toBe(false);
		expect(due("later", "2026-12-07")).toBe(true);
		expect(due("none", null)).toBe(true);
		expect(due("overdue,none", null)).toBe(true);
		expect(due("overdue,today", "2026-12-01")).toBe(false);
	});

	it("leaves out what is done", () => {
		expect(due("overdue", "2026-11-20", { completed_at: "2026-11-21T00:00:00.000Z" })).toBe(false);
	});

	it("joins with the priority", () => {
		expect(fits("priority=high,urgent", { priority: "urgent" })).toBe(true);
		expect(fits("priority=high", { priority: "none" })).toBe(false);
		expect(fits("priority=none", { priority: "none" })).toBe(true);
		expect(fits("priority=high&due=none", { priority: "high", due_on: "2026-11-20" })).toBe(false);
	});
});

describe("a filter by what a task is part of", () => {
	it("knows milestones, columns and what is done", () => {
		expect(fits("milestone=m1", { milestone_id: "m1" })).toBe(true);
		expect(fits("milestone=none", { milestone_id: "m1" })).toBe(false);
		expect(fits("milestone=none,m2", { milestone_id: null })).toBe(true);
		expect(fits("label=none", { label_ids: [] })).toBe(true);
		expect(fits("column=c1,c2", { column_id: "c2" })).toBe(true);
		expect(fits("is=open", { completed_at: "2026-11-21T00:00:00.000Z" })).toBe(false);
		expect(fits("is=done", { completed_at: "2026-11-21T00:00:00.000Z" })).toBe(true);
	});
});

describe("mine", () => {
	it("is me alone", () => {
		expect(isMine(everything)).toBe(false);
		expect(isMine({ ...everything, assignee: [me] })).toBe(true);
		expect(isMine({ ...everything, assignee: [me, "bob"] })).toBe(false);
	});
	it("toggles ids", () => expect(toggled(["a", "b"], "a")).toEqual(["b"]));
});
