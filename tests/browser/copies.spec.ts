// Copies of tasks and of projects, and projects that others begin with.
import { axe } from "./support/axe";
import { Board } from "./support/board";
import { day, makeProject, makeTask, snapshot } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function prepare({ people }: World, name?: string) {
	const project = await makeProject(people, name ? { name } : {});
	await makeTask(people.alice, project, "Roof", { start_on: day(10), due_on: day(12), priority: "high" });
	await makeTask(people.alice, project, "Hedge", { due_on: day(20) });
	return project;
}

test("a task is duplicated by its menu, its sheet and the palette; the copy is taken back", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const roofs = async () =>
		(await snapshot(people.alice, project)).tasks.filter(({ title }) => title.includes("Roof"));
	await board.card("Roof").click({ button: "right" });
	await page.getByRole("menuitem", { name: "Duplicate" }).click();
	await expect(board.card("Roof")).toHaveCount(2);
	await expect(page.getByText(`${project.key}-3 is a copy of ${project.key}-1`)).toBeVisible();
	const copy = (await roofs()).find(({ number }) => number === 3);
	expect([copy?.priority, copy?.due_on]).toEqual(["high", day(12)]);
	await page.getByRole("button", { name: "Undo" }).click();
	await expect(board.card("Roof")).toHaveCount(1);
	await expect.poll(async () => (await roofs()).length).toBe(1);

	await board.link("Roof").click();
	const sheet = page.getByRole("dialog");
	await sheet.getByRole("button", { name: "More" }).click();
	await page.getByRole("menuitem", { name: "Duplicate" }).click();
	await page.locator(".toast").getByRole("button", { name: "Open" }).click();
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/board/4`));
	await page.keyboard.press("Escape");
	await board.link("Hedge").focus();
	await page.keyboard.press("Control+k");
	await page.keyboard.type("Duplicate");
	await page
		.getByRole("option", { name: /^Duplicate\b(?!.*project)/ })
		.first()
		.click();
	await expect(board.card("Hedge")).toHaveCount(2);
});

test("a project is duplicated with its dates moved, and without its members", async ({ world, people }) => {
	const project = await prepare(world, "Garden of spring");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await page.getByRole("button", { name: "Actions for Garden of spring" }).click();
	await page.getByRole("menuitem", { name: "Duplicate the project…" }).click();
	const dialog = page.getByRole("dialog", { name: "Duplicate “Garden of spring”" });
	await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("Copy of Garden of spring");
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page);
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
	await dialog.getByRole("textbox", { name: "Name" }).fill("Garden of autumn");
	await dialog.getByRole("textbox", { name: "Starts on" }).fill(day(110));
	await dialog.getByRole("button", { name: "Duplicate" }).click();
	await expect(dialog).toHaveCount(0);
	await expect(page).not.toHaveURL(new RegExp(`/p/${project.key}/`));
	const board = new Board(page);
	await expect(board.card("Roof")).toBeVisible();
	await expect(page.getByRole("heading", { name: "Garden of autumn" })).toBeVisible();
	const { items } = await people.bob.api.get<{ items: { id: string; name: string; member_count: number }[] }>(
		"/projects?limit=200",
	);
	const copy = items.find(({ name }) => name === "Garden of autumn");
	expect(copy?.member_count).toBe(1);
	const { tasks } = await people.bob.api.get<{
		tasks: { title: string; start_on: string; due_on: string }[];
	}>(`/projects/${copy?.id}/board`);
	const dates = Object.fromEntries(tasks.map(({ title, start_on, due_on }) => [title, [start_on, due_on]]));
	expect(dates).toEqual({ Roof: [day(110), day(112)], Hedge: [null, day(120)] });
});

test("a project that is a template is offered for new ones", async ({ world, people }) => {
	const project = await prepare(world, "Moving house");
	const page = await world.open(people.bob, `/p/${project.key}/settings`);
	await page.getByRole("button", { name: "Use as a template" }).click();
	await expect(page.getByRole("button", { name: "No longer a template" })).toBeVisible();
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	await page.getByRole("button", { name: "New project" }).click();
	const dialog = page.getByRole("dialog", { name: "Create a project" });
	await dialog.getByRole("textbox", { name: "Name" }).fill("To the sea");
	await dialog.getByRole("combobox", { name: "Start with" }).click();
	await page.getByRole("option", { name: "Template: Moving house" }).click();
	await dialog.getByRole("button", { name: "Create" }).click();
	await expect(dialog).toHaveCount(0);
	await expect(page.getByRole("heading", { name: "To the sea" })).toBeVisible();
	await expect(new Board(page).card("Hedge")).toBeVisible();
	// The copy is no template itself.
	await page.getByRole("link", { name: "Settings" }).click();
	await expect(page.getByRole("button", { name: "Use as a template" })).toBeVisible();
});
