// What a person can do is the same wherever they do it: on the board, in the plan, in the dialog, by menu, key or palette.
import type { Page } from "@playwright/test";
import { Board } from "./support/board";
import { Plan } from "./support/plan";
import { day, makeProject, makeTask, snapshot } from "./support/projects";
import { expect, test } from "./support/test";

/** Runs an action of the palette. */
async function run(page: Page, action: string): Promise<void> {
	await page.keyboard.press("Control+k");
	const field = page.getByRole("combobox", { name: "Search and commands" });
	await field.fill(action);
	await expect(page.getByRole("option", { name: action }).first()).toBeVisible();
	await field.press("Enter");
	await expect(field).toHaveCount(0);
}

test("a column is moved by its menu, and by the palette from a card of it", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Anything");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const order = async () => (await snapshot(people.bob, project)).columns.map(({ name }) => name);

	await board.column("To do").getByRole("button", { name: "Actions for the column To do" }).click();
	await expect(page.getByRole("menuitem", { name: "Move left" })).toBeDisabled();
	await page.getByRole("menuitem", { name: "Move right" }).click();
	await expect.poll(order).toEqual(["Doing", "To do", "Done"]);

	// The menu gives the focus back to its button when the column stands in its new place.
	const card = board.link("Anything");
	await expect(async () => {
		await card.focus();
		await page.waitForTimeout(100);
		await expect(card).toBeFocused({ timeout: 50 });
	}).toPass();
	await run(page, "Move right");
	await expect.poll(order).toEqual(["Doing", "Done", "To do"]);
});

test("a bar of the plan has the actions of its task, in its menu and by keys", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Paint the door", { start_on: day(0), due_on: day(1) });
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const bar = new Plan(page).button(task);
	const now = async () => (await snapshot(people.bob, project)).tasks.find(({ id }) => id === task.id);

	await bar.focus();
	await page.keyboard.press("t");
	await expect.poll(async () => (await now())?.completed_at ?? null).not.toBeNull();

	await page.keyboard.press("ContextMenu");
	await page.getByRole("menuitem", { name: "Assign" }).click();
	await page.getByRole("combobox", { name: "Who works on it" }).fill("Charlie");
	await page.keyboard.press("Enter");
	await expect.poll(async () => (await now())?.assignee_ids).toEqual([people.charlie.id]);
	await page.keyboard.press("Escape");

	await bar.focus();
	await run(page, "Take off the plan");
	await expect(bar).toHaveCount(0);
	const toast = page.locator(".toast").filter({ hasText: "off the plan" });
	await toast.getByRole("button", { name: "Undo" }).click();
	await expect(bar).toBeVisible();
	await expect.poll(async () => (await now())?.due_on).toBe(day(1));
});

test("dates and dependencies changed in the dialog are undone as in the plan", async ({ world, people }) => {
	const project = await makeProject(people);
	const first = await makeTask(people.alice, project, "Dig", { due_on: day(2) });
	const second = await makeTask(people.alice, project, "Pour", { start_on: day(3), due_on: day(4) });
	await people.alice.api.put(`/projects/${project.id}/tasks/${second.id}/dependencies/${first.id}`);
	const page = await world.open(people.bob, `/p/${project.key}/board/${first.number}`);
	const dialog = page.getByRole("dialog", { name: `${project.key}-1 Dig` });
	const due = async () =>
		(await snapshot(people.bob, project)).tasks
			.map((task) => task.due_on)
			.sort((a, b) => (a ?? "").localeCompare(b ?? ""));

	await dialog.getByLabel("Due", { exact: true }).fill(day(9));
	await dialog.getByLabel("Due", { exact: true }).press("Tab");
	// The dialog does not show what a move does to dependents, so they stay.
	await expect.poll(due).toEqual([day(4), day(9)]);
	await dialog.locator(".toast").getByRole("button", { name: "Undo" }).click();
	await expect.poll(due).toEqual([day(2), day(4)]);

	await dialog.getByRole("button", { name: `Do not depend on ${project.key}-2` }).click();
	const links = async () => (await snapshot(people.bob, project)).dependencies.length;
	await expect.poll(links).toBe(0);
	await dialog.locator(".toast").getByRole("button", { name: "Undo" }).click();
	await expect.poll(links).toBe(1);
});
