import { describe, expect, it } from "vitest";
import { isSameLook, lookOf } from "./view";

const board = { name: "project", key: "WEB", view: "board" } as const;
const look = (query: string) => lookOf(board, new URLSearchParams(query));

describe("how a project is looked at", () => {
	it("is the layout, the filter, the order and the groups, and nothing else of the address", () => {
		expect(look("view=v1&q=roof&label=a,b&group=assignee&sort=-due_on&debug=events")).toEqual({
			layout: "board",
			filter: "q=roof&label=a%2Cb",
			sort: "-due_on",
			group_by: "assignee",
		});
		expect(lookOf({ ...board, view: "members" }, new URLSearchParams())).toBeUndefined();
		expect(lookOf({ name: "home" }, new URLSearchParams())).toBeUndefined();
	});

	it("is the same in whatever order the address has it", () => {
		const now = look("label=a&q=roof");
		const saved = { layout: "board", filter: "q=roof&label=a", sort: null, group_by: null } as const;
		expect(now && isSameLook(now, saved)).toBe(true);
		expect(now && isSameLook(now, { ...saved, filter: "q=roof" })).toBe(false);
		expect(now && isSameLook(now, { ...saved, layout: "timeline" })).toBe(false);
		expect(now && isSameLook(now, { ...saved, group_by: "label" })).toBe(false);
	});
});
