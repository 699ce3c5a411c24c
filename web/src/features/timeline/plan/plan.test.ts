import type { Task } from "boardcast";
import { task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { type Link, topological, wouldCircle } from "../../../domain/dependency/network";
import { barOf, barsOf, datesOf } from "../../../domain/task/bars";
import { type Dependents, movesOf } from "../../../domain/task/dependent-moves";
import { dayOf, monthOf, numberOf, weekdayOf } from "../../../platform/days";
import { roomOf, slackOf } from "./slack";

const at = (id: string, from: number, to: number, over: Partial<Task> = {}) =>
	task(id, { start_on: march(from), due_on: march(to), ...over });
const march = (day: number) => `2026-03-${String(day).padStart(2, "0")}`;
const wait = (task_id: string, depends_on_id: string, lag_days = 0): Link => ({
	task_id,
	depends_on_id,
	lag_days,
});
const plain = <V>(map: Map<string, V>) => Object.fromEntries(map);

describe("days", () => {
	it("count without a zone and over leap days", () => {
		expect(dayOf(numberOf("2028-02-28") + 1)).toBe("2028-02-29");
		expect(weekdayOf(numberOf("2026-11-22"))).toBe(0);
		expect(dayOf(monthOf(numberOf("2026-11-20"), 2))).toBe("2027-01-01");
	});
});

describe("bars", () => {
	it("are one day long with one date, and absent without", () => {
		const day = numberOf("2026-03-05");
		expect(barOf({ start_on: null, due_on: march(5) })).toEqual({ start: day, due: day });
		expect(barOf({ start_on: march(5), due_on: null })).toEqual({ start: day, due: day });
		expect(barOf({ start_on: null, due_on: null })).toBeUndefined();
	});

	it("keep a single date single when they move, and get both when they grow", () => {
		const due = { start_on: null, due_on: march(5) };
		const day = numberOf(march(7));
		expect(datesOf({ start: day, due: day }, due)).toEqual({ start_on: null, due_on: march(7) });
		expect(datesOf({ start: day, due: day + 1 }, due)).toEqual({ start_on: march(7), due_on: march(8) });
	});
});

describe("the network", () => {
	it("orders tasks after what they wait for", () => {
		expect(topological(["c", "b", "a"], [wait("b", "a"), wait("c", "b")])).toEqual(["a", "b", "c"]);
	});

	it("sees a circle before it is closed", () => {
		const links = [wait("b", "a"), wait("c", "b")];
		expect(wouldCircle("a", "c", links)).toBe(true);
		expect(wouldCircle("c", "a", links)).toBe(false);
		expect(wouldCircle("a", "a", links)).toBe(true);
	});
});

describe("slack", () => {
	const slack = (tasks: Task[], links: Link[]) => plain(slackOf(barsOf(tasks), links));

	it("is counted to the end of the plan", () => {
		const tasks = [at("a", 2, 3), at("b", 4, 6), at("c", 3, 4)];
		expect(slack(tasks, [wait("b", "a")])).toEqual({ a: 0, b: 0, c: 2 });
	});

	it("is negative where the plan breaks a dependency", () => {
		const tasks = [at("a", 2, 5), at("b", 4, 6)];
		expect(slack(tasks, [wait("b", "a")])["a"]).toBe(-2);
		expect(roomOf(wait("b", "a"), barsOf(tasks))).toBe(-2);
	});

	it("takes the narrowest of several followers, with their lag", () => {
		const tasks = [at("a", 2, 3), at("b", 8, 20), at("c", 9, 12)];
		expect(slack(tasks, [wait("b", "a", 1), wait("c", "a")])).toEqual({ a: 3, b: 0, c: 8 });
	});

	it("of nothing is nothing", () => {
		expect(slack([], [])).toEqual({});
	});
});

describe("dependents", () => {
	const links = [wait("b", "a"), wait("c", "b", 1)];
	const tasks = (over: Partial<Task> = {}) => [at("a", 2, 3), at("b", 5, 6, over), at("c", 10, 11)];
	const move = (due: number, mode: Dependents, over: Partial<Task> = {}) => {
		const all = tasks(over);
		return plain(movesOf(all[0] as Task, { start_on: march(2), due_on: march(due) }, mode, all, links));
	};

	it("stay when kept", () => {
		expect(move(8, "keep")).toEqual({});
	});

	it("are pushed only as far as the plan demands", () => {
		expect(move(4, "push")).toEqual({});
		expect(move(5, "push")).toEqual({ b: 1 });
		expect(move(8, "push")).toEqual({ b: 4, c: 2 });
	});

	it("are shifted by the change of the due day, all of them", () => {
		expect(move(6, "shift")).toEqual({ b: 3, c: 3 });
		expect(move(3, "shift")).toEqual({});
	});

	it("stay when they are completed or archived", () => {
		expect(move(8, "push", { completed_at: "2026-03-01T00:00:00.000Z" })).toEqual({});
		expect(move(6, "shift", { archived_at: "2026-03-01T00:00:00.000Z" })).toEqual({ c: 3 });
	});

	it("of a diamond are pushed once, by its longer side", () => {
		const all = [at("a", 2, 4), at("b", 3, 3), at("c", 3, 6), at("d", 7, 7)];
		const diamond = [wait("b", "a"), wait("c", "a"), wait("d", "b"), wait("d", "c")];
		const moved = movesOf(all[0] as Task, { start_on: march(2), due_on: march(4) }, "push", all, diamond);
		expect(plain(moved)).toEqual({ b: 2, c: 2, d: 2 });
	});
});
