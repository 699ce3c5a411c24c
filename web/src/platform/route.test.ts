import { describe, expect, it } from "vitest";
import { href, parse } from "./route";

describe("addresses", () => {
	it.each([
		"/",
		"/sign-in",
		"/sign-up",
		"/setup",
		"/invite",
		"/notifications",
		"/search",
		"/admin",
		"/admin/projects",
		"/admin/audit",
		"/admin/instance",
		"/admin/mails",
		"/admin/policy",
		"/admin/live",
		"/my-work",
		"/import",
		"/account",
		"/account/tokens",
		"/account/sessions",
		"/p/WEB/board",
		"/p/WEB/board/12",
		"/p/WEB/timeline",
		"/p/WEB/timeline/12",
		"/p/WEB/calendar",
		"/p/WEB/calendar/12",
		"/p/WEB/activity",
		"/p/WEB/reports",
		"/p/WEB/members",
		"/p/WEB/settings",
	])("%s is read and written the same", (path) => {
		expect(href(parse(path))).toBe(path);
	});

	it("opens the board when no view is named", () => {
		expect(parse("/p/WEB")).toEqual({ name: "project", key: "WEB", view: "board" });
	});

	it.each([
		"/p",
		"/p/WEB/nowhere",
		"/p/WEB/board/0",
		"/p/WEB/board/x",
		"/p/WEB/members/3",
		"/p/WEB/reports/3",
		"/admin/x",
		"/admin/live/x",
		"/account/x",
		"/x",
		"/p/%E0%A4/x",
	])("%s is no page", (path) => {
		expect(parse(path)).toEqual({ name: "not-found" });
	});
});
