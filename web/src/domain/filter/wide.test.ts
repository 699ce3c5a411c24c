import { snapshot, task } from "boardcast/testing";
import { describe, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { isPlain, readFilter } from "./filter";
import { asked, daysOf, recentOf, wideMatcher } from "./wide";

const now = "2026-11-29";
const label = (id: string, name: string) => ({ id, name, colour: "#000000", version: 1 });
const member = (id: string, name: string) => ({ id, name, role: "editor" as const, version: 1 });

async function storeOf(tasks = [task("t")]) {
	const first = {
		...snapshot(10, tasks),
		labels: [label("l1", "Bug"), label("l2", "To do"), label("l3", "Bugs of others")],
		members: [member("alice", "Alice Smith"), member("bob", "Bob")],
	};
	const source = {
		snapshot: async () => first,
		page: vi.fn(async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" })),
		archived: vi.fn(),
	};
	// biome-ignore lint/suspicious/noExplicitAny: a source of fewer fields serves here
	const store = new ProjectStore("p", source as any, vi.fn());
	await store.load();
	return store;
}

const store = await storeOf();
const matches = (query: string) =>
	wideMatcher(readFilter(new URLSearchParams(query)), store, "alice", "WEB", now);
const fits = (query: string, over: Parameters<typeof task>[1]) => matches(query)(task("t", over));
const typed = (text: string, over: Parameters<typeof task>[1]) =>
	fits(new URLSearchParams({ q: text }).toString(), over);

describe("typed filters", () => {
	it("know people, labels and columns by their names or the beginnings of them", () => {
		expect(typed("label:bug", { label_ids: ["l1"] })).toBe(true);
		expect(typed("label:bug", { label_ids: ["l3"] })).toBe(false);
		expect(typed("label:oth", { label_ids: ["l3"] })).toBe(true);
		expect(typed('label:"to do"', { label_ids: ["l2"] })).toBe(true);
		expect(typed("assignee:smith", { assignee_ids: ["alice"] })).toBe(true);
		expect(typed("assignee:me", { assignee_ids: ["bob"] })).toBe(false);
		expect(typed("assignee:none", { assignee_ids: [] })).toBe(true);
		expect(typed("label:nothing", { label_ids: [] })).toBe(false);
	});

	it("are alternatives within a kind, typed or chosen, and join across kinds", () => {
		expect(typed("label:bug label:todo", { label_ids: ["l1"] })).toBe(true);
		expect(fits("label=l1&q=label:%22to+do%22", { label_ids: ["l2"] })).toBe(true);
		expect(fits("label=l1&q=is:open", { label_ids: ["l1"], completed_at: "2026-11-20T00:00:00.000Z" })).toBe(
			false,
		);
		expect(typed("label:bug priority:high", { label_ids: ["l1"], priority: "low" })).toBe(false);
	});

	it("exclude", () => {
		expect(typed("-label:bug", { label_ids: ["l1"] })).toBe(false);
		expect(typed("-label:bug", { label_ids: [] })).toBe(true);
		expect(typed("-assignee:none", { assignee_ids: [] })).toBe(false);
		expect(typed("-logo", { title: "A logo" })).toBe(false);
		expect(typed("-logo plan", { title: "A plan" })).toBe(true);
		expect(typed("-due:overdue", { due_on: "2026-11-01", completed_at: null })).toBe(false);
	});

	it("find words in quotes one behind the other", () => {
		expect(typed('"new logo"', { title: "A new logo" })).toBe(true);
		expect(typed('"new logo"', { title: "A logo that is new" })).toBe(false);
	});

	it("ask nothing while they are typed, and what is no filter is named", () => {
		expect(typed("label: is:", { label_ids: [] })).toBe(true);
		expect(typed("priority:huge", { priority: "low" })).toBe(true);
		expect(asked("priority:huge due:2026-99-99 x", store)).toMatchObject({
			unknown: ["priority:huge", "due:2026-99-99"],
			words: ["x"],
		});
	});
});

describe("days", () => {
	it.each([
		["2026-12-01", ["2026-12-01", "2026-12-01"]],
		["<2026-12-01", ["0000-01-01", "2026-11-30"]],
		["<=2026-12-01", ["0000-01-01", "2026-12-01"]],
		[">2026-12-01", ["2026-12-02", "9999-12-31"]],
		[">=2026-12-01", ["2026-12-01", "9999-12-31"]],
		["2026-12-01..2026-12-24", ["2026-12-01", "2026-12-24"]],
		["..2026-12-24", ["0000-01-01", "2026-12-24"]],
		["2026-12-01..", ["2026-12-01", "9999-12-31"]],
		["..", undefined],
		["2026-13-01", undefined],
		["soon", undefined],
	])("are read: %s", (text, expected) => expect(daysOf(text)).toEqual(expected));

	it("are those of the due date, and of what was created", () => {
		expect(fits("due=%3C2026-12-01", { due_on: "2026-11-30" })).toBe(true);
		expect(fits("due=%3C2026-12-01", { due_on: "2026-12-01" })).toBe(false);
		expect(fits("due=%3C2026-12-01,none", { due_on: null })).toBe(true);
		expect(fits("created=week", { created_at: "2026-11-28T12:00:00.000Z" })).toBe(true);
		expect(fits("created=week", { created_at: "2026-11-10T12:00:00.000Z" })).toBe(false);
		expect(typed("created:2026-11-01..2026-11-15", { created_at: "2026-11-10T12:00:00.000Z" })).toBe(true);
		const created = task("t", { created_at: "2026-11-25T12:00:00.000Z" });
		expect(recentOf("created", created, now)).toEqual(["week", "month"]);
	});

	it("are those of the last change", () => {
		const changed = (updated_at: string) => ({ created_at: "2026-01-10T12:00:00.000Z", updated_at });
		expect(fits("updated=week", changed("2026-11-23T12:00:00.000Z"))).toBe(true);
		expect(fits("updated=week", changed("2026-11-22T12:00:00.000Z"))).toBe(false);
		expect(typed("updated:>=2026-11-20", changed("2026-11-20T12:00:00.000Z"))).toBe(true);
		expect(typed("updated:>=2026-11-20", changed("2026-11-19T12:00:00.000Z"))).toBe(false);
		expect(typed("-updated:today", changed("2026-11-29T12:00:00.000Z"))).toBe(false);
		expect(typed("updated:month created:month", changed("2026-11-29T12:00:00.000Z"))).toBe(false);
		expect(recentOf("updated", task("t", changed("2026-11-05T12:00:00.000Z")), now)).toEqual(["month"]);
		expect(recentOf("due", task("t"), now)).toBeUndefined();
	});
});

describe("what needs more than plain words", () => {
	it.each([
		["q=a+b-c+web-12+10:30", true],
		["due=today&label=l1&milestone=m", true],
		["q=label:x", false],
		["q=-x", false],
		['q="a+b"', false],
		["due=%3C2026-12-01", false],
		["created=week", false],
		["updated=2026-11-20..", false],
	])("is told apart: %s", (query, plain) =>
		expect(isPlain(readFilter(new URLSearchParams(query)))).toBe(plain),
	);
});

it("filters thousands of tasks in a moment", () => {
	const tasks = Array.from({ length: 10_000 }, (_, index) =>
		task(`t${index}`, {
			number: index,
			title: `Plan number ${index} of the garden`,
			label_ids: [`l${index % 4}`],
		}),
	);
	const test = matches("q=label:bug+-is:done+garden+%22number%20%22&created=2026-..&due=none,%3C2026-12-01");
	const start = performance.now();
	const found = tasks.filter(test).length;
	const first = performance.now() - start;
	tasks.filter(test);
	// biome-ignore lint/suspicious/noConsole: a measurement to be read, which fails on no slow machine
	console.log(
		`${found} of 10,000 in ${first.toFixed(1)} ms, again in ${(performance.now() - start - first).toFixed(1)} ms`,
	);
	expect(found).toBe(2500);
});
