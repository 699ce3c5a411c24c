// There is one "done": a card in a column of kind done is done, and what is done by a key lies there.
import type { Page } from "@playwright/test";
import { Board } from "./support/board";
import { makeProject, makeTask, snapshot, titles } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function prepare({ people }: World) {
	const project = await makeProject(people);
	for (const title of ["Apples", "Bread"]) await makeTask(people.alice, project, title);
	await makeTask(people.alice, project, "Cake", { column_id: project.columns["Done"] });
	const done = async () =>
		(await snapshot(people.bob, project)).tasks
			.filter((task) => task.completed_at !== null)
			.map(({ title }) => title)
			.sort();
	return { project, done };
}

const check = (board: Board, title: string) => board.card(title).locator(".card-done");
const undo = (page: Page) => page.locator(".toast").getByRole("button", { name: "Undo" }).click();

test("a card that is dropped in a done column is done, for everybody, and one undo brings all of it back", async ({
	world,
	people,
}) => {
	const { project, done } = await prepare(world);
	const before = await titles(people.bob, project);
	expect(await done(), "what is added to a done column is done").toEqual(["Cake"]);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const theirs = new Board(await world.open(people.charlie, `/p/${project.key}/board`));
	await expect(theirs.card("Bread")).toBeVisible();

	await board.drag("Bread", board.card("Cake"), "bottom");
	await expect(check(board, "Bread")).toBeVisible();
	await expect(check(theirs, "Bread")).toBeVisible();
	await board.agrees(people.bob, project);
	expect(await done()).toEqual(["Bread", "Cake"]);
	const home = await world.open(people.charlie, "/");
	await expect(home.locator(".home-card", { hasText: project.name })).toContainText("2 of 3 tasks done");

	await undo(page);
	await expect(check(board, "Bread")).toHaveCount(0);
	await board.agrees(people.bob, project);
	expect(await titles(people.bob, project)).toEqual(before);
	expect(await done()).toEqual(["Cake"]);
});

test("a card that leaves a done column is open again, and one undo makes it done", async ({
	world,
	people,
}) => {
	const { project, done } = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.drag("Cake", board.card("Apples"), "top");
	await expect(check(board, "Cake")).toHaveCount(0);
	await board.agrees(people.bob, project);
	expect(await done()).toEqual([]);
	await undo(page);
	await expect(check(board, "Cake")).toBeVisible();
	await board.agrees(people.bob, project);
	expect(await done()).toEqual(["Cake"]);
});

test("what is completed by a key goes to the top of the done column, where the project wants it", async ({
	world,
	people,
}) => {
	const { project, done } = await prepare(world);
	const before = await titles(people.bob, project);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Apples").focus();
	await page.keyboard.press("t");
	await expect(board.column("Done").locator(".card")).toHaveText([/Apples/, /Cake/]);
	await board.agrees(people.bob, project);
	expect(await done()).toEqual(["Apples", "Cake"]);
	await page.keyboard.press("Control+z");
	await board.agrees(people.bob, project);
	expect(await titles(people.bob, project)).toEqual(before);
	expect(await done()).toEqual(["Cake"]);

	await people.alice.api.patch(`/projects/${project.id}`, { move_completed: false });
	await board.link("Bread").focus();
	await page.keyboard.press("t");
	await expect(check(board, "Bread")).toBeVisible();
	await board.agrees(people.bob, project);
	expect(await titles(people.bob, project)).toEqual(before);
	expect(await done()).toEqual(["Bread", "Cake"]);

	// Reopening takes it out of the done column, to the nearest one on the left.
	await board.link("Cake").focus();
	await page.keyboard.press("t");
	await expect(board.column("Doing").locator(".card")).toHaveText(/Cake/);
	await board.agrees(people.bob, project);
	expect(await done()).toEqual(["Bread"]);
});

test("the project's settings say whether completed tasks move", async ({ world, people }) => {
	const { project } = await prepare(world);
	const page = await world.open(people.alice, `/p/${project.key}/settings`);
	const box = page.getByRole("checkbox", { name: "Completed tasks go to the first column of kind Done" });
	await expect(box).toBeChecked();
	await box.uncheck();
	await page.getByRole("button", { name: "Save" }).click();
	await expect
		.poll(async () => (await snapshot(people.bob, project)).project)
		.toMatchObject({ move_completed: false });
});
