// A page with a form asks before what is typed in it is lost.
import type { Page } from "@playwright/test";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

const question = (page: Page) => page.getByRole("dialog", { name: "Discard what you typed?" });

test("a form with something typed in it is not left in silence", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.alice, `/p/${project.key}/board`);
	await page.goto(`/p/${project.key}/settings`);
	const description = page.getByRole("textbox", { name: "Description" });
	const home = page.locator(".sidebar-brand");
	// Nothing is typed: nothing is asked.
	await home.click();
	await expect(page).toHaveURL(/\/$/);
	await page.goBack();

	await description.fill("Half a sentence");
	await home.click();
	await expect(question(page)).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(question(page)).toBeHidden();
	await expect(page).toHaveURL(/settings/);
	await expect(description).toHaveValue("Half a sentence");
	// By keys too, and with the button for going on.
	await page.locator("h1").first().click();
	await page.keyboard.press("g");
	await page.keyboard.press("p");
	await expect(question(page)).toBeVisible();
	await question(page).getByRole("button", { name: "Go on" }).click();
	await expect(description).toHaveValue("Half a sentence");

	// What is saved is not asked about.
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await expect(page.getByText("Saved", { exact: false }).first()).toBeVisible();
	await home.click();
	await expect(page).toHaveURL(/\/$/);

	// Back is leaving too; the person may discard.
	await page.goto("/account");
	const name = page.getByRole("textbox", { name: "Name" });
	await name.fill("Alice the Great");
	await home.click();
	await question(page).getByRole("button", { name: "Discard" }).click();
	await expect(page).toHaveURL(/\/$/);
	await page.goto("/account");
	await expect(name).toHaveValue(people.alice.name);
});

test("closing the tab asks while a form has something typed in it", async ({ world, people }) => {
	const page = await world.open(people.bob, "/account");
	const asked: string[] = [];
	page.on("dialog", (dialog) => {
		asked.push(dialog.type());
		void dialog.dismiss();
	});
	const name = page.getByRole("textbox", { name: "Name" });
	await name.fill("Bobby");
	await page.close({ runBeforeUnload: true });
	await expect.poll(() => asked).toEqual(["beforeunload"]);
	await expect(name).toHaveValue("Bobby");
});

test("a dialog with something typed in it stays when the person goes back", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.alice, "/");
	await page.getByRole("link", { name: project.name }).first().click();
	await page.getByRole("button", { name: "Add column" }).click();
	const field = page.getByRole("dialog").getByRole("textbox").first();
	await field.fill("Waiting for an answer");
	await page.evaluate(() => history.back());
	await expect(question(page)).toBeVisible();
	await question(page).getByRole("button", { name: "Go on" }).click();
	await expect(field).toHaveValue("Waiting for an answer");
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/board`));
});
