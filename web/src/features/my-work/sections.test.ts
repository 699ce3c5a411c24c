import type { ListedTask } from "boardcast";
import { expect, it } from "vitest";
import { sectionNames, sectionsOf } from "./sections";

const now = "2026-11-20";
const task = (id: string, more: Partial<ListedTask> = {}) =>
	({
		id,
		due_on: null,
		completed_at: null,
		created_by: "alice",
		assignee_ids: ["bob"],
		...more,
	}) as ListedTask;
const short = (mine: ListedTask[], latest: ListedTask[]) => {
	const sections = sectionsOf(mine, latest, "bob", now);
	return Object.fromEntries(
		sectionNames.map((name) => [name, sections[name].map(({ id }) => id)]).filter(([, ids]) => ids?.length),
	);
};

it("tasks are sorted by how near their day is", () => {
	const days = ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-27", "2026-11-28", null];
	expect(
		short(
			days.map((due_on, index) => task(String(index), { due_on })),
			[],
		),
	).toEqual({ overdue: ["0"], today: ["1"], week: ["2", "3"], later: ["4"], undated: ["5"] });
});

it("what one created and others are to do is waited for, and nothing stands twice", () => {
	const mine = task("mine");
	const asked = task("asked", { created_by: "bob", assignee_ids: ["charlie"] });
	const own = task("own", { created_by: "bob", assignee_ids: [] });
	const done = task("done", { completed_at: "2026-11-19T10:00:00.000Z" });
	const strange = task("strange", { assignee_ids: ["charlie"] });
	expect(short([mine], [mine, asked, own, done, strange])).toEqual({
		undated: ["mine"],
		waiting: ["asked"],
		recent: ["own", "done"],
	});
});
