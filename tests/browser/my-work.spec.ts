// What one has to do in all projects: grouped by day, live, and edited in place.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

const section = (page: Page, name: string) => page.getByRole("list", { name, exact: true });
const row = (page: Page, title: string) => page.getByRole("listitem").filter({ hasText: title });

// Bob's tasks of one test would stand in the lists of another: each test begins by taking what is left off him.
test.beforeEach(async ({ people }) => {
	const { items } = await people.bob.api.get<{ items: { id: string; project_id: string }[] }>(
		"/me/tasks?limit=200",
	);
	const projects = new Set(items.map(({ project_id }) => project_id));
	for (const id of projects) {
		const me = `/projects/${id}/members/${people.bob.id}`;
		// Who is the only owner cannot leave.
		await people.bob.api.delete(me).catch(() => people.bob.api.delete(`/projects/${id}`));
	}
});

test("tasks of all projects stand by their day, and come and go live", async ({ world, people }) => {
	const { alice, bob, charlie } = people;
	const [one, two] = [await makeProject(people, { name: "Harbour" }), await makeProject(people)];
	const mine = { assignee_ids: [bob.id] };
	await makeTask(alice, one, "Late", { due_on: day(-2), ...mine });
	await makeTask(alice, two, "Now", { due_on: day(0), ...mine });
	await makeTask(alice, one, "Soon", { due_on: day(3), ...mine });
	await makeTask(alice, two, "Far", { due_on: day(40), ...mine });
	await makeTask(alice, one, "Some day", mine);
	await makeTask(alice, one, "Not mine");
	await makeTask(bob, one, "Asked of Charlie", { assignee_ids: [charlie.id] });
	const page = await world.open(bob, "/");
	await page.getByRole("link", { name: "My work" }).click();
	await expect(page).toHaveURL("/my-work");
	await expect(section(page, "Overdue")).toContainText("Late");
	await expect(section(page, "Overdue")).toContainText("Harbour");
	await expect(section(page, "Today").getByRole("listitem")).toHaveCount(1);
	await expect(section(page, "This week")).toContainText("Soon");
	await expect(section(page, "Later")).toContainText("Far");
	await expect(section(page, "No due date")).toContainText("Some day");
	await expect(section(page, "Waiting for others")).toContainText("Asked of Charlie");
	await expect(row(page, "Not mine")).toHaveCount(0);

	const given = await makeTask(alice, two, "Just given", { due_on: day(0), ...mine });
	await expect(section(page, "Today")).toContainText("Just given");
	await alice.api.delete(`/projects/${two.id}/tasks/${given.id}/assignees/${bob.id}`);
	await expect(row(page, "Just given")).toHaveCount(0);
	await page.getByRole("link", { name: /Late/ }).click();
	await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Late");
});

test("a task is done and gets another day in place, by keys, and both are taken back", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const mine = { assignee_ids: [bob.id], due_on: day(0) };
	const task = await makeTask(alice, project, "Paint", mine);
	await makeTask(alice, project, "Sand", mine);
	const kept = async () => {
		const path = `/projects/${project.id}/tasks/${task.id}`;
		const now = await bob.api.get<{ due_on: string | null; completed_at: string | null }>(path);
		return [now.due_on, now.completed_at !== null];
	};
	const page = await world.open(bob, "/my-work");
	await expect(section(page, "Today").getByRole("listitem")).toHaveCount(2);
	const link = page.getByRole("link", { name: /Paint/ });
	await link.focus();
	await page.keyboard.press("d");
	await page.getByRole("button", { name: "No date" }).click();
	await expect(section(page, "No due date")).toContainText("Paint");
	await expect.poll(kept).toEqual([null, false]);
	await expect(link).toBeFocused();
	await page.keyboard.press("t");
	await expect.poll(kept).toEqual([null, true]);
	await expect(section(page, "No due date")).toHaveCount(0);
	await expect(page.getByRole("link", { name: /Sand/ })).toBeFocused();
	await page.keyboard.press("Control+z");
	await expect(section(page, "No due date")).toContainText("Paint");
	await expect.poll(kept).toEqual([null, false]);
});

test("what was done last is taken back, also while the server has not answered", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint", { assignee_ids: [bob.id], due_on: day(0) });
	const kept = async () => {
		const path = `/projects/${project.id}/tasks/${task.id}`;
		const now = await bob.api.get<{ due_on: string | null; completed_at: string | null }>(path);
		return [now.due_on, now.completed_at !== null];
	};
	const page = await world.open(bob, "/my-work");
	await page.getByRole("link", { name: /Paint/ }).focus();
	await page.keyboard.press("d");
	await page.getByRole("button", { name: "No date" }).click();
	await expect(page.locator(".toast")).toContainText("Changed the due date");
	let answer = () => {};
	const held = new Promise<void>((resolve) => {
		answer = resolve;
	});
	const asked: string[] = [];
	await page.route("**/completion", async (route) => {
		asked.push(route.request().method());
		await held;
		await route.continue();
	});
	await page.getByRole("link", { name: /Paint/ }).focus();
	await page.keyboard.press("t");
	await expect(row(page, "Paint")).toHaveAttribute("data-done");
	await expect.poll(() => asked).toEqual(["PUT"]);

	// The lists are read for another task meanwhile: the server still has this one as it was.
	await makeTask(alice, project, "Sand", { assignee_ids: [bob.id] });
	await expect(row(page, "Sand")).toBeVisible();
	await expect(row(page, "Paint")).toHaveAttribute("data-done");

	await page.keyboard.press("Control+z");
	await expect(row(page, "Paint")).not.toHaveAttribute("data-done");
	answer();
	await expect.poll(() => asked).toEqual(["PUT", "DELETE"]);
	await expect.poll(kept).toEqual([null, false]);
	await expect(section(page, "No due date")).toContainText("Paint");
});

test("several edits are taken back one by one, and none goes over what another person did since", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 412/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint", { assignee_ids: [bob.id], due_on: day(0) });
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const kept = async () => {
		const now = await bob.api.get<{ due_on: string | null; completed_at: string | null }>(path);
		return [now.due_on, now.completed_at !== null];
	};
	const page = await world.open(bob, "/my-work");
	const link = page.getByRole("link", { name: /Paint/ });
	const give = async (name: string) => {
		await link.focus();
		await page.keyboard.press("d");
		await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
	};
	await give("No date");
	await expect.poll(kept).toEqual([null, false]);
	await give("Today");
	await expect.poll(kept).toEqual([day(0), false]);
	await page.keyboard.press("Control+z");
	await expect.poll(kept).toEqual([null, false]);
	await page.keyboard.press("Control+z");
	await expect.poll(kept).toEqual([day(0), false]);
	await expect(page.locator(".toast")).toHaveCount(0);

	await give("No date");
	await expect.poll(kept).toEqual([null, false]);
	await alice.api.put(`${path}/schedule`, { start_on: null, due_on: day(40), dependents: "keep" });
	await expect(section(page, "Later")).toContainText("Paint");
	await page.keyboard.press("Control+z");
	await expect(page.locator(".toast")).toContainText("changed this since");
	expect(await kept()).toEqual([day(40), false]);
	await expect(section(page, "Later")).toContainText("Paint");
});

test("of a project that is loaded the same edits are those of its board", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint", { assignee_ids: [bob.id], due_on: day(0) });
	const page = await world.open(bob, `/p/${project.key}/board`);
	await expect(page.getByRole("link", { name: /Paint/ })).toBeVisible();
	await page.keyboard.press("g");
	await page.keyboard.press("w");
	const check = page.getByRole("button", { name: `Mark ${project.key}-${task.number} as done` });
	await check.click();
	await expect(page.getByText(`${project.key}-${task.number} done`).first()).toBeVisible();
	await expect(section(page, "Today")).toHaveCount(0);
	await page.getByRole("button", { name: "Undo" }).click();
	await expect(section(page, "Today")).toContainText("Paint");
});

test("a refused edit is taken back and said, and without work the page teaches", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 409/);
	const { alice, bob } = people;
	const page = await world.open(bob, "/my-work");
	await expect(page.getByRole("heading", { name: "Nothing to do" })).toBeVisible();
	const project = await makeProject(people);
	await makeTask(alice, project, "Paint", { assignee_ids: [bob.id] });
	await expect(row(page, "Paint")).toBeVisible();
	await page.route("**/completion", (route) =>
		route.fulfill({ status: 409, json: { status: 409, code: "archived", detail: "" } }),
	);
	await page.getByRole("button", { name: /as done$/ }).click();
	await expect(page.getByText(/^Could not change/)).toBeVisible();
	await expect(page.getByRole("button", { name: /as done$/ })).toBeVisible();
});

test("axe finds nothing, in both themes, on a desk and on a phone", async ({ world, people }) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people);
	const mine = { assignee_ids: [bob.id] };
	await makeTask(alice, project, "Late", { due_on: day(-2), priority: "urgent", ...mine });
	await makeTask(alice, project, "Now, and it has a title that is too long for a phone", {
		due_on: day(0),
		...mine,
	});
	await makeTask(alice, project, "Soon", { due_on: day(1), ...mine });
	await makeTask(alice, project, "Over", { column_id: project.columns["Done"], ...mine });
	await makeTask(bob, project, "Asked of Charlie", { assignee_ids: [charlie.id], due_on: day(1) });
	const page = await world.open(bob, "/my-work");
	for (const width of [1280, 390]) {
		await page.setViewportSize({ width, height: 844 });
		for (const colorScheme of ["light", "dark"] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
			await expect(section(page, "Recently changed")).toContainText("Over");
			const { violations } = await axe(page);
			const found = violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.target)}`);
			expect(found, `${width} ${colorScheme}`).toEqual([]);
			const outside = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
			expect(await page.evaluate(outside)).toBeLessThanOrEqual(0);
		}
	}
});
