// The tasks of a project on their days: by mouse, by keys, and on a phone.
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { boxOf } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project, snapshot } from "./support/projects";
import { expect, test } from "./support/test";

/** All of it in one month of the future: no test depends on the day on which it runs. */
const on = (day: number) => `2027-06-${String(day).padStart(2, "0")}`;
const address = (project: Project, more = "") => `/p/${project.key}/calendar?on=${on(15)}${more}`;

class Days {
	constructor(readonly page: Page) {}

	day(day: string): Locator {
		const number = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
		return this.page.locator(`[data-day="${number}"]`);
	}
	bar(title: string): Locator {
		return this.page.locator(".cal-task").filter({ hasText: title });
	}
	link(title: string): Locator {
		return this.bar(title).getByRole("link").first();
	}
	tray(): Locator {
		return this.page.getByRole("region", { name: /^Without a date/ });
	}

	/** Carries something with the mouse to a day, or to an element. */
	async drag(what: Locator, to: Locator, at: { x?: number } = {}): Promise<void> {
		const { mouse } = this.page;
		const from = await boxOf(what);
		const target = await boxOf(to);
		const y = from.y + from.height / 2;
		await mouse.move(from.x + (at.x ?? from.width / 2), y);
		await mouse.down();
		await mouse.move(from.x + (at.x ?? from.width / 2) + 8, y, { steps: 3 });
		await mouse.move(target.x + target.width / 2, target.y + target.height - 12, { steps: 6 });
		await mouse.up();
	}
}

async function datesOf(person: Person, project: Project, id: string) {
	const task = (await snapshot(person, project)).tasks.find((one) => one.id === id);
	return [task?.start_on, task?.due_on];
}

test("a task is dragged to another day with its length, and what waits for it moves too", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const plan = await makeTask(alice, project, "Plan", { start_on: on(8), due_on: on(10) });
	const build = await makeTask(alice, project, "Build", { start_on: on(11), due_on: on(11) });
	await alice.api.put(`/projects/${project.id}/tasks/${build.id}/dependencies/${plan.id}`);
	const page = await world.open(bob, address(project));
	const days = new Days(page);
	// Its middle is held: by two days from the 9th to the 17th.
	await days.drag(days.link("Plan"), days.day(on(16)));
	await expect.poll(() => datesOf(bob, project, plan.id)).toEqual([on(15), on(17)]);
	await expect.poll(() => datesOf(bob, project, build.id)).toEqual([on(18), on(18)]);
	await expect(page.getByText("and 1 task after it")).toBeVisible();
	await page.keyboard.press("Control+z");
	await expect.poll(() => datesOf(bob, project, plan.id)).toEqual([on(8), on(10)]);
	await expect.poll(() => datesOf(bob, project, build.id)).toEqual([on(11), on(11)]);
});

test("an end that is dragged changes that end, and a long task goes on over weeks", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Paint", { start_on: on(8), due_on: on(9) });
	const page = await world.open(people.bob, address(project));
	const days = new Days(page);
	await days.bar("Paint").hover();
	await days.drag(days.bar("Paint").locator('[data-end="due"]'), days.day(on(23)));
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([on(8), on(23)]);
	await expect(days.bar("Paint")).toHaveCount(3);
	await days.drag(days.bar("Paint").first().locator('[data-end="start"]'), days.day(on(10)));
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([on(10), on(23)]);
});

test("a task without a date is dragged onto a day, and from there back", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Whenever");
	const page = await world.open(people.bob, address(project));
	const days = new Days(page);
	await days.drag(days.tray().getByRole("listitem").filter({ hasText: "Whenever" }), days.day(on(17)));
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([null, on(17)]);
	await expect(days.bar("Whenever")).toHaveCount(1);
	await expect(days.tray().getByText("Every open task has a date.")).toBeVisible();
	await days.drag(days.link("Whenever"), days.tray());
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([null, null]);
	await expect(days.tray().getByRole("link", { name: /Whenever/ })).toBeVisible();
});

test("a click on a day adds a task that is due on it, and says so when the filter hides it", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, address(project));
	const days = new Days(page);
	await days.day(on(17)).click();
	const field = page.getByRole("textbox", { name: "Add a task that is due on Thursday, 17 June 2027" });
	await expect(field).toBeFocused();
	await field.fill("Order sails !high");
	await field.press("Enter");
	await expect(days.bar("Order sails")).toHaveCount(1);
	await page.keyboard.press("Escape");
	await expect(field).toHaveCount(0);
	await expect
		.poll(async () =>
			(await snapshot(people.bob, project)).tasks.map((one) => [one.title, one.due_on, one.priority]),
		)
		.toEqual([["Order sails", on(17), "high"]]);

	await page.getByRole("button", { name: "Mine" }).click();
	await expect(days.bar("Order sails")).toHaveCount(0);
	await days.day(on(18)).click();
	await page.getByRole("textbox", { name: /^Add a task/ }).fill("For nobody");
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Show it" }).click();
	await expect(days.bar("For nobody")).toHaveCount(1);
});

test("a pasted list is asked about, and what is typed stays in sight when the role is lowered", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.charlie, address(project));
	const days = new Days(page);
	await days.day(on(17)).click();
	const field = page.getByRole("textbox", { name: /^Add a task/ });
	await field.fill("- Order sails\n- Paint the hull\n\n- Name it");
	await page.getByRole("button", { name: "Create 3 tasks" }).click();
	await expect(field).toBeFocused();
	await expect(field).toHaveValue("");
	const made = async () =>
		(await snapshot(people.charlie, project)).tasks.map(({ title, due_on }) => [title, due_on]);
	await expect
		.poll(made)
		.toEqual(["Order sails", "Paint the hull", "Name it"].map((title) => [title, on(17)]));
	await field.fill("First line\nsecond line");
	await page.getByRole("button", { name: "As one task" }).click();
	await expect.poll(async () => (await made()).at(-1)).toEqual(["First line", on(17)]);

	await field.fill("Half a thought");
	await people.alice.api.put(`/projects/${project.id}/members/${people.charlie.id}`, { role: "viewer" });
	await expect(field).toHaveCount(0);
	await expect(page.locator(".toast-typed")).toContainText("Half a thought");
});

test("what has no room opens with its day", async ({ world, people }) => {
	const project = await makeProject(people);
	for (const title of ["One", "Two", "Three", "Four", "Five", "Six"])
		await makeTask(people.alice, project, title, { due_on: on(17) });
	const page = await world.open(people.bob, address(project));
	const more = page.getByRole("button", { name: /more on Thursday, 17 June 2027/ });
	await more.click();
	const panel = page.getByRole("dialog", { name: "Thursday, 17 June 2027" });
	await expect(panel.getByRole("listitem")).toHaveCount(6);
	await panel.getByRole("link", { name: "Six" }).click();
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/calendar/6\\?on=${on(15)}`));
	await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Six");
	await page.keyboard.press("Escape");
	await expect(page).toHaveURL(address(project));
});

test("by keys: from day to day, and a lifted task by days, by weeks, and by its end", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Sand", { start_on: on(14), due_on: on(15) });
	const page = await world.open(people.bob, address(project));
	const days = new Days(page);
	const key = (name: string) => page.keyboard.press(name);
	const said = (text: RegExp) => expect(page.getByRole("status").filter({ hasText: text })).toHaveCount(1);
	await days.day(on(14)).focus();
	for (const name of ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"]) await key(name);
	await expect(days.day(on(14))).toBeFocused();
	await key("Tab");
	await expect(days.link("Sand")).toBeFocused();
	await key("Space");
	await said(/lifted: Monday, 14 June 2027 to Tuesday, 15 June 2027, 2 days/);
	for (const name of ["ArrowRight", "ArrowDown", "Shift+ArrowRight"]) await key(name);
	await said(/Tuesday, 22 June 2027 to Thursday, 24 June 2027, 3 days/);
	await key("Escape");
	await said(/put back: Monday, 14 June 2027/);
	await expect(days.link("Sand")).toBeFocused();
	expect(await datesOf(people.bob, project, task.id)).toEqual([on(14), on(15)]);

	for (const name of ["Space", "ArrowDown", "ArrowDown", "ArrowDown", "Space"]) await key(name);
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual(["2027-07-05", "2027-07-06"]);
	await expect(page.getByRole("heading", { name: "July 2027" })).toBeVisible();
	await expect(days.link("Sand")).toBeFocused();
	await key("Control+z");
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([on(14), on(15)]);
});

test("a lifted task is seen on a crowded day, and the focus stays there when it is dropped", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	for (const title of ["One", "Two", "Three", "Four", "Five", "Six"])
		await makeTask(people.alice, project, title, { due_on: on(16) });
	const task = await makeTask(people.alice, project, "Sand", { due_on: on(15) });
	const page = await world.open(people.bob, address(project));
	const days = new Days(page);
	await days.link("Sand").focus();
	for (const name of ["Space", "ArrowRight"]) await page.keyboard.press(name);
	await expect(days.link("Sand")).toBeFocused();
	await page.keyboard.press("Space");
	await expect(days.day(on(16))).toBeFocused();
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([null, on(16)]);
});

test("the focus follows a task that another person moves, and stays at its day when the task is gone", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Sand", { due_on: on(15) });
	const page = await world.open(bob, address(project));
	const days = new Days(page);
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const move = (due_on: string | null) =>
		alice.api.put(`${path}/schedule`, { start_on: null, due_on, dependents: "keep" });
	await days.day(on(15)).focus();
	await page.keyboard.press("Tab");
	await expect(days.link("Sand")).toBeFocused();
	await move(on(24));
	await expect(days.day(on(24)).getByRole("link", { name: /Sand/ })).toBeFocused();
	// From there the keys go on.
	await page.keyboard.press("ArrowRight");
	await expect(days.day(on(25))).toBeFocused();
	await page.keyboard.press("ArrowLeft");
	await page.keyboard.press("Tab");
	await expect(days.link("Sand")).toBeFocused();
	await move(null);
	await expect(days.tray().getByRole("link", { name: /Sand/ })).toBeFocused();
	await move(on(16));
	await expect(days.link("Sand")).toBeFocused();
	// Another month is not opened for it.
	await move("2027-08-03");
	await expect(days.day(on(16))).toBeFocused();
	await move(on(16));
	await page.keyboard.press("Tab");
	await expect(days.link("Sand")).toBeFocused();
	await alice.api.delete(path);
	await expect(days.day(on(16))).toBeFocused();
});

test("months and weeks go by keys and stand in the address", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Sand", { due_on: on(14) });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.getByRole("region", { name: "Column To do" })).toBeVisible();
	await page.keyboard.press("g");
	await page.keyboard.press("c");
	await expect(page).toHaveURL(`/p/${project.key}/calendar`);
	await page.goto(address(project));
	const heading = (name: string | RegExp) => page.getByRole("heading", { name });
	await expect(heading("June 2027")).toBeVisible();
	await page.keyboard.press("]");
	await expect(heading("July 2027")).toBeVisible();
	await page.keyboard.press("[");
	await page.keyboard.press("[");
	await expect(heading("May 2027")).toBeVisible();
	await expect(page).toHaveURL(/on=2027-05-15/);
	await new Days(page).day("2027-05-15").focus();
	await page.keyboard.press("PageDown");
	await expect(heading("June 2027")).toBeVisible();
	await expect(new Days(page).day(on(15))).toBeFocused();
	await page.getByText("Week", { exact: true }).click();
	await expect(heading(/14 Jun.*20 Jun/)).toBeVisible();
	await expect(new Days(page).link("Sand")).toBeVisible();
	await page.reload();
	await expect(heading(/14 Jun.*20 Jun/)).toBeVisible();
	await page.keyboard.press(".");
	await expect(page.locator('[aria-current="date"]')).toBeVisible();
});

test("what others do is seen at once; who may only look moves nothing", async ({ world, people }) => {
	const { alice, charlie } = people;
	const project = await makeProject(people, { charlie: "viewer" });
	const task = await makeTask(alice, project, "Sand", { due_on: on(14) });
	const page = await world.open(charlie, address(project));
	const days = new Days(page);
	await expect(days.day(on(14)).getByRole("link", { name: /Sand/ })).toBeVisible();
	await alice.api.put(`/projects/${project.id}/tasks/${task.id}/schedule`, {
		start_on: null,
		due_on: on(16),
		dependents: "keep",
	});
	await expect(days.day(on(16)).getByRole("link", { name: /Sand/ })).toBeVisible();
	await expect(page.getByRole("status").filter({ hasText: "Alice moved 1 task" })).toHaveCount(1);
	await days.drag(days.link("Sand"), days.day(on(23)));
	await expect(days.day(on(16)).getByRole("link", { name: /Sand/ })).toBeVisible();
	await days.link("Sand").focus();
	await page.keyboard.press("Space");
	await page.keyboard.press("ArrowRight");
	await expect(days.day(on(17))).toBeFocused();
	await days.day(on(23)).click();
	await expect(page.getByRole("dialog", { name: "Wednesday, 23 June 2027" })).toBeVisible();
	await expect(page.getByRole("textbox", { name: /^Add a task/ })).toHaveCount(0);
	expect(await datesOf(alice, project, task.id)).toEqual([null, on(16)]);
});

test("on a phone a day has dots, its tasks stand below, and a date is given by a button", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Sand", { due_on: on(17) });
	await makeTask(people.alice, project, "Whenever");
	const page = await world.open(people.bob, address(project), { viewport: { width: 390, height: 844 } });
	const days = new Days(page);
	await expect(days.day(on(17)).locator(".cal-dot")).toHaveCount(1);
	// All views have room above it.
	await expect(page.getByRole("link", { name: "Settings" })).toBeInViewport({ ratio: 1 });
	await days.day(on(17)).click();
	const agenda = page.getByRole("region", { name: "Thursday, 17 June 2027" });
	await agenda.getByRole("button", { name: `Change the due date of ${project.key}-${task.number}` }).click();
	await page.getByRole("button", { name: "Friday, 18 June 2027" }).click();
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([null, on(18)]);
	await expect(agenda.getByText("No tasks on this day.")).toBeVisible();
	await page.getByRole("button", { name: "Without a date (1)" }).click();
	await expect(page.getByRole("link", { name: /Whenever/ })).toBeVisible();
});

test("axe finds nothing, in both themes, on a desk and on a phone", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Long", { start_on: on(3), due_on: on(23), assignee_ids: [bob.id] });
	await makeTask(alice, project, "Over", { due_on: on(17), column_id: project.columns["Done"] });
	await makeTask(alice, project, "Doing", { due_on: on(17), column_id: project.columns["Doing"] });
	await makeTask(alice, project, "Late", { due_on: "2026-01-02" });
	for (const title of ["One", "Two", "Three", "Four"])
		await makeTask(alice, project, title, { due_on: on(17) });
	await makeTask(alice, project, "Whenever");
	await alice.api.post(`/projects/${project.id}/milestones`, { name: "Beta", due_on: on(17) });
	const page = await world.open(bob, address(project));
	const looks = [
		{ width: 1280, colorScheme: "light", asked: `on=${on(15)}` },
		{ width: 1280, colorScheme: "dark", asked: `on=${on(15)}&mode=week` },
		{ width: 390, colorScheme: "light", asked: `on=${on(17)}` },
		{ width: 390, colorScheme: "dark", asked: `on=${on(17)}&mode=week` },
		// What is overdue is red.
		{ width: 1280, colorScheme: "light", asked: "on=2026-01-02" },
		{ width: 1280, colorScheme: "dark", asked: "on=2026-01-02" },
	] as const;
	for (const { width, colorScheme, asked } of looks) {
		await page.setViewportSize({ width, height: 844 });
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await page.goto(`/p/${project.key}/calendar?${asked}`);
		await expect(page.locator("[data-day]").first()).toBeVisible();
		const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
		const found = violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.target)}`);
		expect(found, `${width} ${colorScheme} ${asked}`).toEqual([]);
		const outside = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
		expect(await page.evaluate(outside)).toBeLessThanOrEqual(0);
	}
});

test("the name of a milestone has room beside its day, and the sign that a press adds a task comes under the pointer", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await people.alice.api.post(`/projects/${project.id}/milestones`, { name: "Preview", due_on: on(17) });
	await makeTask(people.alice, project, "Whenever");
	const page = await world.open(people.bob, address(project));
	await expect(page.getByRole("region", { name: /^Without a date/ })).toBeVisible();
	const name = page.locator(".cal-milestone .truncate");
	await expect(name).toHaveText("Preview");
	expect(await name.evaluate((text) => text.scrollWidth - text.clientWidth)).toBeLessThanOrEqual(0);
	const day = new Days(page).day(on(18));
	await expect(day.locator(".cal-plus")).toBeHidden();
	await day.hover();
	await expect(day.locator(".cal-plus")).toBeVisible();
});

test("a task that rests on the arrow goes to another month", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Sand", { due_on: on(16) });
	const page = await world.open(people.bob, address(project));
	const days = new Days(page);
	const from = await boxOf(days.link("Sand"));
	const arrow = await boxOf(page.getByRole("button", { name: "Later month" }));
	await page.mouse.move(from.x + 20, from.y + 8);
	await page.mouse.down();
	await page.mouse.move(from.x + 30, from.y + 8, { steps: 3 });
	await page.mouse.move(arrow.x + arrow.width / 2, arrow.y + arrow.height / 2, { steps: 6 });
	await expect(page.locator(".cal-drag-card")).toHaveText(`${project.key}-${task.number} Sand`);
	await expect(page.getByRole("heading", { name: "July 2027" })).toBeVisible();
	const to = await boxOf(days.day("2027-07-14"));
	await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 });
	await page.mouse.up();
	await expect.poll(() => datesOf(people.bob, project, task.id)).toEqual([null, "2027-07-14"]);
});
