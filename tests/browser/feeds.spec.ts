// Calendars for other programs: made on the page, fetched by an address, and ended.
import { readFile } from "node:fs/promises";
import { axeFindsNothing } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("a calendar's address is shown once, has the tasks of chosen projects, and ends with the calendar", async ({
	world,
	people,
}) => {
	const { alice } = people;
	const [garden, house] = [await makeProject(people), await makeProject(people)];
	const wash = await makeTask(alice, garden, "Wash the pots");
	const paint = await makeTask(alice, house, "Paint the door");
	for (const [project, task] of [
		[garden, wash],
		[house, paint],
	] as const)
		await alice.api.patch(`/projects/${project.id}/tasks/${task.id}`, { due_on: "2030-05-06" });

	const page = await world.open(alice, "/account/calendars");
	await axeFindsNothing(page);
	await page.getByRole("button", { name: "New calendar" }).click();
	const dialog = page.getByRole("dialog", { name: "New calendar" });
	await dialog.getByLabel("Name").fill("My phone");
	await dialog.getByText("Chosen projects").click();
	await expect(dialog.getByRole("button", { name: "Create the calendar" })).toBeDisabled();
	await dialog.getByRole("checkbox", { name: new RegExp(garden.key) }).check();
	await dialog.getByRole("button", { name: "Create the calendar" }).click();
	const address = await dialog.getByLabel("Address").inputValue();
	await axeFindsNothing(page);
	await dialog.getByRole("button", { name: "Done" }).click();
	const line = page.getByRole("listitem").filter({ hasText: "My phone" });
	await expect(line).toContainText("1 project · never fetched");

	const calendar = await (await fetch(address)).text();
	expect(calendar).toContain("Wash the pots");
	expect(calendar).toContain("DTEND;VALUE=DATE:20300507");
	expect(calendar).not.toContain("Paint the door");
	await page.reload();
	await expect(line).toContainText("last fetched now");

	await page.getByRole("button", { name: "Delete My phone" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
	await expect(page.getByRole("heading", { name: "No calendars yet" })).toBeVisible();
	expect((await fetch(address)).status).toBe(404);
});

test("one's own data is a file to take along", async ({ world, people }) => {
	const page = await world.open(people.bob, "/account");
	const [file] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("link", { name: "Download" }).click(),
	]);
	const data = JSON.parse(await readFile(await file.path(), "utf8"));
	expect(JSON.stringify(data)).toContain(people.bob.email);
});
