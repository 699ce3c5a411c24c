// Archived tasks: off the board, in a list of their own that stays live, read-only in their dialog, and back whole.
import { Board } from "./support/board";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("an archived task leaves every board, is shown read-only, and comes back whole", async ({
	world,
	people,
}) => {
	// A server that keeps archived tasks in its snapshot has no list of them.
	world.expectTrouble(/status of 405.*status=archived/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Old idea", { description: "Why it was good" });
	await makeTask(alice, project, "Newer idea");
	await alice.api.post(`/projects/${project.id}/tasks/${task.id}/checklist`, { text: "Look again" });

	const page = await world.open(alice, `/p/${project.key}/board/1`);
	const theirs = await world.open(bob, `/p/${project.key}/board`);
	const dialog = page.getByRole("dialog", { name: `${project.key}-1 Old idea` });
	await theirs.getByRole("button", { name: "Archived tasks" }).click();
	const archive = theirs.getByRole("dialog", { name: "Archived tasks" });
	await expect(archive.getByText("Nothing is archived")).toBeVisible();

	await dialog.getByRole("button", { name: "More" }).click();
	await page.getByRole("menuitem", { name: "Archive", exact: true }).click();
	await expect(dialog.getByText("This task is archived.")).toBeVisible();
	await expect(dialog.getByRole("textbox", { name: "Title" })).toHaveCount(0);
	await expect(dialog.getByText("Why it was good")).toBeVisible();
	await expect(archive.getByRole("listitem")).toHaveText(/Old idea/);
	expect(await new Board(theirs).titles()).toMatchObject({ "To do": ["Newer idea"] });

	// By its address, too.
	await page.reload();
	await expect(dialog.getByText("This task is archived.")).toBeVisible();
	await expect(dialog.getByText("Why it was good")).toBeVisible();

	await archive.getByRole("button", { name: `Restore ${project.key}-1` }).click();
	await expect(archive.getByText("Nothing is archived")).toBeVisible();
	await expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Old idea");
	await expect(dialog.getByRole("checkbox", { name: "Look again" })).toBeVisible();
	await expect(new Board(theirs).card("Old idea")).toBeVisible();
});

test("archiving is undone by its toast", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Keep me");
	const page = await world.open(people.alice, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Keep me").focus();
	await page.keyboard.press("Delete");
	await expect(board.card("Keep me")).toHaveCount(0);
	await page.getByRole("button", { name: "Undo" }).click();
	await expect(board.card("Keep me")).toBeVisible();
	await board.agrees(people.alice, project);
});
