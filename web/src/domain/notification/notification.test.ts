import type { Notification } from "boardcast";
import { expect, test } from "vitest";
import { merge } from "./merge";
import { addressOfNotification, bundled, concerns } from "./notification";

function one(number: number, over: Partial<Notification> = {}): Notification {
	return {
		id: `n${number}`,
		number,
		kind: "assigned",
		project: { id: "p", name: "Launch", key: "WEB" },
		task: { id: "t", number: 12, title: "Choose a name" },
		comment: null,
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
test("it leads to the comment where there is one", () => {
	const comment = { id: "c1", excerpt: "Hello" };
	expect(addressOfNotification(one(1, { kind: "commented", comment }), "WEB")).toBe(
		"/p/WEB/board/12#comment-c1",
	);
});
test("unread comments on one task that follow each other are one bundle", () => {
	const said = (number: number, over: Partial<Notification> = {}) =>
		one(number, { kind: "commented", ...over });
	const other = { id: "t2", number: 2, title: "Other" };
	const all = [said(7), said(6), one(5), said(4), said(3, { task: other }), said(2, { task: other })];
	const read = said(1, { task: other, read_at: "2026-11-20T11:00:00.000Z" });
	const numbers = bundled([...all, read]).map((bundle) => bundle.map(({ number }) => number));
	expect(numbers).toEqual([[7, 6], [5], [4], [3, 2], [1]]);
});
test("only the open task, or being in the project, counts as having read it", () => {
	expect(concerns(one(1), "p", 12)).toBe(true);
	expect(concerns(one(1), "p", 13)).toBe(false);
	expect(concerns(one(1), "p", undefined)).toBe(false);
	expect(concerns(one(1), "other", 12)).toBe(false);
	expect(concerns(one(1, { task: null, kind: "added" }), "p", undefined)).toBe(true);
});
