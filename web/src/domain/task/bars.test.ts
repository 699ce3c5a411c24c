import { expect, it } from "vitest";
import { withEnd } from "./bars";

const task = { start_on: "2026-03-02", due_on: "2026-03-05" };

it("an end that passes the other one takes it along, and the length stays", () => {
	expect(withEnd(task, { start_on: "2026-04-10" })).toEqual({
		dates: { start_on: "2026-04-10", due_on: "2026-04-13" },
		along: "due_on",
	});
	expect(withEnd(task, { due_on: "2026-02-10" })).toEqual({
		dates: { start_on: "2026-02-07", due_on: "2026-02-10" },
		along: "start_on",
	});
});

it("an end that fits moves alone", () => {
	expect(withEnd(task, { start_on: "2026-03-05" })).toEqual({
		dates: { start_on: "2026-03-05", due_on: "2026-03-05" },
	});
	expect(withEnd(task, { due_on: null })).toEqual({ dates: { start_on: "2026-03-02", due_on: null } });
});

it("a task with one date only has no length to keep", () => {
	expect(withEnd({ start_on: null, due_on: "2026-03-05" }, { start_on: "2026-04-10" }).dates).toEqual({
		start_on: "2026-04-10",
		due_on: "2026-04-10",
	});
});
