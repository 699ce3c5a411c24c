import { describe, expect, it } from "vitest";
import { task } from "../../lib/store/samples";
import { isEmpty, isMine, matcher, mine, readFilter, toggled, writeFilter } from "./filter";

const fits = (query: string, over: Parameters<typeof task>[1]) =>
	matcher(readFilter(new URLSearchParams(query)), "alice", "WEB")(task("t", over));

describe("a filter", () => {
	it("survives the address", () => {
		const filter = { text: "logo", assignees: ["bob"], labels: ["l1", "l2"] };
		const query = new URLSearchParams(writeFilter(filter) as Record<string, string>);
		expect(readFilter(query)).toEqual(filter);
		expect(isEmpty(readFilter(new URLSearchParams()))).toBe(true);
		expect(writeFilter(readFilter(new URLSearchParams()))).toEqual({ q: null, assignee: null, label: null });
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

describe("mine", () => {
	it("is a switch", () => {
		const none = readFilter(new URLSearchParams());
		expect(isMine(mine(none))).toBe(true);
		expect(isMine(mine(mine(none)))).toBe(false);
	});
	it("toggles ids", () => expect(toggled(["a", "b"], "a")).toEqual(["b"]));
});
