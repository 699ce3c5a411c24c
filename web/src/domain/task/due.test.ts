import { describe, expect, it } from "vitest";
import { daysAfter, dueState } from "./due";

const now = "2026-11-20";
const due = (due_on: string | null, completed_at: string | null = null) =>
	dueState({ due_on, completed_at }, now);

describe("a due date", () => {
	it("is overdue only when its day is over", () => {
		expect(due("2026-11-19")).toBe("overdue");
		expect(due("2026-11-20")).toBe("today");
		expect(due("2026-11-22")).toBe("soon");
		expect(due("2026-11-23")).toBe("later");
	});

	it("presses nobody once the task is done, and is nothing without a date", () => {
		expect(due("2026-11-01", "2026-11-02T10:00:00.000Z")).toBe("done");
		expect(due(null)).toBeNull();
	});
});

describe("days", () => {
	it("cross months and years", () => {
		expect(daysAfter("2026-12-31", 1)).toBe("2027-01-01");
		expect(daysAfter("2026-03-01", -1)).toBe("2026-02-28");
	});
});
