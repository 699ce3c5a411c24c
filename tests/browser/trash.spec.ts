// The trash: deleted tasks wait there, and come back with what hung on them.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

async function openTrash(page: Page) {
	await page.getByRole("button", { name: "Trash", exact: true }).click();
	return page.getByRole("dialog", { name: "Trash" });
}

/** Deletes a task by the menu of its card. */
async function remove(page: Page, title: string) {
	const card = new Board(page).card(title);
	await card.click({ button: "right" });
	await page.getByRole("menuitem", { name: "Delete…" }).click();
	const question = page.getByRole("dialog", { name: /^Delete / });
	await expect(question).toContainText("goes to the trash");
	await question.getByRole("button", { name: "Delete", exact: true }).click();
	await expect(card).toHaveCount(0);
}

/** A task with a checklist, a comment and a dependency. */
async function furnish(person: Person, project: Project, title: string) {
	const task = await makeTask(person, project, title);
	const other = await makeTask(person, project, "Other");
	const at = `/projects/${project.id}/tasks/${task.id}`;
	await person.api.post(`${at}/checklist`, { text: "Soap" });
	await person.api.post(`${at}/comments`, { body: "With care" });
	await person.api.put(`${at}/dependencies/${other.id}`);
	return { task, at };
}

test("a deleted task is in the trash of all who may restore it, and comes back", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { bob: "editor" });
	await furnish(alice, project, "Wash");
	await makeTask(bob, project, "Iron");
	await alice.api.put(`/projects/${project.id}/members/${charlie.id}`, { role: "viewer" });
	const page = await world.open(alice, `/p/${project.key}/board`);
	const theirs = await world.open(bob, `/p/${project.key}/board`);
	const reader = await world.open(charlie, `/p/${project.key}/board`);
	const mine = await openTrash(page);
	await expect(mine).toContainText("The trash is empty");
	await expect(mine).toContainText("wait here for 30 days");
	const bobs = await openTrash(theirs);
	await expect(bobs).toContainText("Tasks of yours");
	await theirs.keyboard.press("Escape");

	// Deleted by another person while the trash is shown.
	await remove(theirs, "Iron");
	await expect(mine.getByRole("listitem")).toHaveText(
		new RegExp(`${project.key}-3.*Iron.*Deleted by Bob now`),
	);
	await expect(mine.getByRole("listitem")).toContainText("30 days left");
	await page.keyboard.press("Escape");
	await remove(page, "Wash");
	await expect(new Board(theirs).card("Wash")).toHaveCount(0);

	// An editor sees what is their own, and deletes nothing for good; a reader has no trash.
	await openTrash(theirs);
	await expect(bobs.getByRole("listitem")).toHaveText(/Iron/);
	await expect(bobs.getByRole("button", { name: /for good/ })).toHaveCount(0);
	await expect(new Board(reader).card("Other")).toBeVisible();
	await expect(reader.getByRole("button", { name: "Archived tasks" })).toBeVisible();
	await expect(reader.getByRole("button", { name: "Trash" })).toHaveCount(0);

	await openTrash(page);
	await expect(mine.getByRole("listitem")).toHaveText([/Wash/, /Iron/]);
	await axeFindsNothing(page);
	await page.setViewportSize({ width: 1280, height: 800 });
	await bobs.getByRole("button", { name: `Restore ${project.key}-3` }).click();
	await expect(bobs).toContainText("The trash is empty");
	await expect(mine.getByRole("listitem")).toHaveText([/Wash/]);
	await expect(new Board(page).card("Iron")).toBeVisible();

	await mine.getByRole("button", { name: `Delete ${project.key}-1 for good` }).click();
	const question = page.getByRole("dialog", { name: `Delete ${project.key}-1 for good?` });
	await expect(question).toContainText("Nobody can bring it back");
	await axeFindsNothing(page);
	await question.getByRole("button", { name: "Delete for good" }).click();
	await expect(mine).toContainText("The trash is empty");
	await expect(question).toHaveCount(0);
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.reload();
	await openTrash(page);
	await expect(mine).toContainText("The trash is empty");
	await axeFindsNothing(page);

	// Restoring is undone by the server as well.
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.keyboard.press("Escape");
	await remove(page, "Iron");
	await openTrash(page);
	await mine.getByRole("button", { name: `Restore ${project.key}-3` }).click();
	await expect(new Board(page).card("Iron")).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	await page.keyboard.press("Control+z");
	await expect(new Board(page).card("Iron")).toHaveCount(0);
	await openTrash(page);
	await expect(mine.getByRole("listitem")).toHaveText([/Iron/]);
	await page.keyboard.press("Escape");
	await new Board(page).agrees(alice, project);
});

test("a deletion is undone with comments and checklist, and done again", async ({ world, people }) => {
	// The event of an undo does not say whether a task went to the archive or to the trash: the open dialog asks.
	world.expectTrouble(/status of 404/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	const { at } = await furnish(alice, project, "Wash");
	const page = await world.open(alice, `/p/${project.key}/board`);
	const theirs = await world.open(bob, `/p/${project.key}/board/1`);
	const dialog = theirs.getByRole("dialog");
	await expect(dialog.getByText("With care")).toBeVisible();
	const board = new Board(page);
	const counts = async () => {
		const [items, comments] = await Promise.all([
			alice.api.get<{ dependencies: object[] }>(`/projects/${project.id}/board`),
			alice.api.get<{ items: { body: string }[] }>(`${at}/comments`),
		]);
		return [items.dependencies.length, comments.items.map(({ body }) => body)];
	};

	await remove(page, "Wash");
	const toast = page.locator(".toast").filter({ hasText: `${project.key}-1 is in the trash` });
	await expect(dialog.getByText(`Alice deleted ${project.key}-1`)).toBeVisible();
	await toast.getByRole("button", { name: "Undo" }).click();
	await expect(board.card("Wash")).toBeVisible();
	await expect(dialog.getByText("With care")).toBeVisible();
	await expect(dialog.getByRole("checkbox", { name: "Soap" })).toBeVisible();
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	await expect.poll(counts).toEqual([1, ["With care"]]);

	await page.keyboard.press("Control+Shift+z");
	await expect(board.card("Wash")).toHaveCount(0);
	await expect(toast).toBeVisible();
	await expect(dialog.getByText(`Alice deleted ${project.key}-1`)).toBeVisible();
	await page.keyboard.press("Control+z");
	await expect(board.card("Wash")).toBeVisible();
	await board.agrees(alice, project);
	await expect.poll(counts).toEqual([1, ["With care"]]);
	await expect(dialog.getByText("With care")).toBeVisible();
});

test("several are deleted and brought back at once", async ({ world, people }) => {
	const project = await makeProject(people);
	for (const title of ["One", "Two", "Three"]) await makeTask(people.alice, project, title);
	const page = await world.open(people.alice, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.card("One").click({ modifiers: ["ControlOrMeta"] });
	await board.card("Two").click({ modifiers: ["ControlOrMeta"] });
	const bar = page.getByRole("region", { name: "Selected tasks" });
	await bar.getByRole("button", { name: "Delete" }).click();
	const question = page.getByRole("dialog", { name: "Delete 2 tasks?" });
	await expect(question).toContainText("go to the trash");
	await question.getByRole("button", { name: "Delete", exact: true }).click();
	await expect(page.locator(".toast").filter({ hasText: "2 tasks are in the trash" })).toBeVisible();
	await board.agrees(people.alice, project);
	await page.keyboard.press("Control+z");
	await expect.poll(async () => (await board.titles())["To do"]).toEqual(["One", "Two", "Three"]);
	await board.agrees(people.alice, project);
});

test("what others changed since is said, and nothing is undone", async ({ world, people }) => {
	world.expectTrouble(/status of 409/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Wash");
	const page = await world.open(alice, `/p/${project.key}/board`);
	const board = new Board(page);
	await remove(page, "Wash");
	await page.keyboard.press("Control+z");
	await expect(board.card("Wash")).toBeVisible();
	await board.agrees(alice, project);
	await page.locator(".toast").filter({ hasText: "is back" }).hover();
	await bob.api.patch(`/projects/${project.id}/tasks/${task.id}`, { title: "Wash it", due_on: "2026-12-24" });
	await expect(board.card("Wash it")).toBeVisible();
	await page.keyboard.press("Control+Shift+z");
	const refusal = page.locator(".toast").filter({ hasText: `Could not delete ${project.key}-1` });
	await expect(refusal).toContainText(`${project.key}-1 (`);
	await expect(refusal).toContainText("due date");
	await expect(refusal).toContainText("title");
	await expect(refusal).toContainText("Nothing was undone");
	await expect(board.card("Wash it")).toBeVisible();
	await board.agrees(alice, project);
});

test("on a phone the trash is behind the filter's button", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Wash the windows of the whole house before spring");
	await people.alice.api.delete(`/projects/${project.id}/tasks/${task.id}`);
	await makeTask(people.alice, project, "Iron");
	const page = await world.open(people.alice, `/p/${project.key}/board`, {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
	});
	await page.getByRole("button", { name: /^Filter/ }).tap();
	await page.getByRole("button", { name: "Trash", exact: true }).tap();
	const trash = page.getByRole("dialog", { name: "Trash" });
	await expect(trash.getByRole("listitem")).toContainText("Wash the windows");
	const outside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(outside).toBeLessThanOrEqual(0);
	await trash.getByRole("button", { name: `Restore ${project.key}-1` }).tap();
	await expect(trash).toContainText("The trash is empty");
	await expect(new Board(page).card("Wash the windows")).toBeVisible();
});
