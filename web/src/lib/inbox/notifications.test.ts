import { expect, test } from "vitest";
import type { Notification } from "../api/types";
import { addressOfNotification, concerns, merge } from "./notifications";

function one(number: number, over: Partial<Notification> = {}): Notification {
	return {
		id: `n${number}`,
		number,
		kind: "assigned",
		project: { id: "p", name: "Launch", key: "WEB" },
		task: { id: "t", number: 12, title: "Choose a name" },
		actor: { id: "bob", name: "Bob" },
		created_at: "2026-11-20T10:00:00.000Z",
		read_at: null,
		...over,
	};
}

test("two readings become one list, newest first, the later reading winning", () => {
	const read = one(1, { read_at: "2026-11-20T11:00:00.000Z" });
	const merged = merge([one(2), one(1)], [one(3), read]);
	expect(merged.map(({ number }) => number)).toEqual([3, 2, 1]);
	expect(merged[2]).toBe(read);
});
test("it leads to the task over its board, or to the board", () => {
	expect(addressOfNotification(one(1), "WEB")).toBe("/p/WEB/board/12");
	expect(addressOfNotification(one(1, { task: null }), "WEB")).toBe("/p/WEB/board");
});
test("only the open task, or being in the project, counts as having read it", () => {
	expect(concerns(one(1), "p", 12)).toBe(true);
	expect(concerns(one(1), "p", 13)).toBe(false);
	expect(concerns(one(1), "p", undefined)).toBe(false);
	expect(concerns(one(1), "other", 12)).toBe(false);
	expect(concerns(one(1, { task: null, kind: "added_to_project" }), "p", undefined)).toBe(true);
});
