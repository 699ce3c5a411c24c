// Deleted projects wait for their owners, and come back for everybody.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

/** Other tests of these people leave projects in the trash too. */
const deleted = (page: Page, key: string) =>
	page.getByRole("list", { name: "Deleted" }).getByRole("listitem").filter({ hasText: key });

test("a deleted project is restored from the list of projects, and is there for everybody again", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people, { bob: "editor" });
	await makeTask(alice, project, "Paint");
	const page = await world.open(alice, `/p/${project.key}/settings`);
	const theirs = await world.open(bob, "/");
	await expect(theirs.locator(".home-card", { hasText: project.key })).toBeVisible();

	await page.getByRole("button", { name: "Delete", exact: true }).click();
	const question = page.getByRole("dialog", { name: /^Delete / });
	await expect(question).toContainText("restore it for 30 days");
	await question.getByRole("textbox").fill(project.key);
	await question.getByRole("button", { name: "Delete the project" }).click();
	await expect(deleted(page, project.key)).toContainText("30 days left");
	// Bob does not own it.
	await expect(theirs.locator(".home-card", { hasText: project.key })).toHaveCount(0);
	await expect(deleted(theirs, project.key)).toHaveCount(0);
	await axeFindsNothing(page);

	await deleted(page, project.key)
		.getByRole("button", { name: /^Restore / })
		.click();
	await expect(page.locator(".toasts").getByText("is back")).toBeVisible();
	await expect(deleted(page, project.key)).toHaveCount(0);
	await expect(theirs.locator(".home-card", { hasText: project.key })).toBeVisible();
	await page.getByRole("link", { name: "Open", exact: true }).click();
	await expect(page.getByText("Paint")).toBeVisible();
});

test("deleting is undone by its toast, and a project goes for good after a question", async ({
	world,
	people,
}) => {
	const { alice } = people;
	const project = await makeProject(people, {});
	const remove = async () => {
		await page.getByRole("button", { name: "Delete", exact: true }).click();
		const question = page.getByRole("dialog", { name: /^Delete / });
		await question.getByRole("textbox").fill(project.key);
		await question.getByRole("button", { name: "Delete the project" }).click();
	};
	const page = await world.open(alice, `/p/${project.key}/settings`);
	await remove();
	await page.getByRole("button", { name: "Undo" }).click();
	const card = page.locator(".home-card", { hasText: project.key });
	await expect(card.first()).toBeVisible();
	await expect(deleted(page, project.key)).toHaveCount(0);

	await page.goto(`/p/${project.key}/settings`);
	await remove();
	await deleted(page, project.key)
		.getByRole("button", { name: /for good$/ })
		.click();
	const question = page.getByRole("dialog", { name: /for good/ });
	await expect(question).toContainText("Nobody can bring them back");
	await question.getByRole("button", { name: "Delete for good" }).click();
	await expect(deleted(page, project.key)).toHaveCount(0);
	const left = await alice.api.get<{ items: { id: string }[] }>("/trash");
	expect(left.items.map(({ id }) => id)).not.toContain(project.id);
});
