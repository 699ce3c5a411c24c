import { task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { barsOf } from "../../../domain/task/bars";
import { KnownBars } from "./known-bars";

const [a, b] = [task("a", { due_on: "2026-03-04" }), task("b", { due_on: null })];

describe("the bars of all tasks", () => {
	it("stay the same map while no date changes", () => {
		const known = new KnownBars();
		const before = known.of([a, b]);
		expect(before).toEqual(barsOf([a, b]));
		expect(known.of([{ ...a, title: "Other" }, b])).toBe(before);
		expect(known.of([b, a, task("c", { due_on: null })])).toBe(before);
	});

	it("follow dates, newcomers, and tasks that go", () => {
		const known = new KnownBars();
		known.of([a, b]);
		for (const tasks of [
			[{ ...a, due_on: "2026-03-05" }, b],
			[a, b],
			[a, { ...b, start_on: "2026-03-01" }],
			[{ ...b, due_on: "2026-03-02" }, task("c")],
			[task("d")],
			[{ ...task("d"), due_on: null }],
			[],
		]) {
			expect(known.of(tasks)).toEqual(barsOf(tasks));
		}
	});

	it("are without archived tasks", () => {
		expect(new KnownBars().of([{ ...a, archived_at: "2026-03-01T00:00:00.000Z" }]).size).toBe(0);
	});
});
