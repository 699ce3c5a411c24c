import { expect, it } from "vitest";
import { Clock } from "./clock";
import { quantile, read } from "./frame-log";

it("an event is a line with its number, and tells of the clock", () => {
	const clock = new Clock();
	clock.answered(1_000_000, 1_000_000, 1_000_000);
	const data = {
		project: "p",
		seq: 7,
		type: "task.moved",
		at: new Date(1_000_900).toISOString(),
		actor: { name: "Bob" },
	};
	const line = read({ event: "task.moved", data: JSON.stringify(data), id: "e.7" }, 1_000_000, clock);
	expect(line).toEqual({ type: "task.moved", seq: 7, actor: "Bob", id: "e.7", made: 1_000_900 });
	expect(clock.ahead).toEqual({ by: 950, within: 50 });
});

it("a frame without a number is a line too", () => {
	const frame = (event: string, data: string, id?: string) => read({ event, data, id }, 5, new Clock());
	expect(frame("checkpoint", "{}", "abc")).toEqual({ type: "checkpoint", id: "abc" });
	expect(frame("bye", "no JSON")).toEqual({ type: "bye" });
});

it("the middle and the end of what was measured", () => {
	expect(quantile([], 0.5)).toBeUndefined();
	expect(quantile([5], 0.99)).toBe(5);
	expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
	expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
});
