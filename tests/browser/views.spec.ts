// Saved views: one's own and those of the project, live, changed and taken back.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function prepare({ people }: World) {
	const project = await makeProject(people, { charlie: "viewer" });
	await makeTask(people.alice, project, "Roof", { priority: "urgent" });
	await makeTask(people.alice, project, "Hedge", { assignee_ids: [people.bob.id] });
	return project;
}

const cards = (page: Page) => page.locator(".card-title");
const list = (page: Page) => page.getByRole("list", { name: "Views" });
const line = (page: Page, name: string) => list(page).getByRole("listitem").filter({ hasText: name });
const bar = (page: Page) => page.getByRole("search", { name: "Filter" });

async function save(page: Page, name: string, shared: boolean): Promise<void> {
	await bar(page).getByRole("button", { name: "Save view" }).click();
	const dialog = page.getByRole("dialog", { name: "Save this view" });
	await dialog.getByRole("textbox", { name: "Name" }).fill(name);
	if (shared) await dialog.getByRole("checkbox", { name: "Everybody in the project sees it" }).check();
	await dialog.getByRole("button", { name: "Save" }).click();
	await expect(dialog).toHaveCount(0);
}

test("a view is saved, opened, changed, saved again, renamed and deleted", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?priority=urgent`);
	await expect(cards(page)).toHaveText(["Roof"]);
	await save(page, "On fire", false);
	await expect(page).toHaveURL(/\/board\?priority=urgent&view=/);
	await expect(list(page).getByRole("link")).toHaveText(["On fire"]);
	await expect(list(page).getByRole("link")).toHaveAttribute("aria-current", "true");

	await page.getByRole("link", { name: project.name }).click();
	await expect(cards(page)).toHaveCount(2);
	await list(page).getByRole("link", { name: "On fire" }).click();
	await expect(cards(page)).toHaveText(["Roof"]);

	// What differs is said, and is taken back or saved.
	await bar(page).getByRole("button", { name: "Mine" }).click();
	await expect(line(page, "On fire")).toContainText("Changed");
	await line(page, "On fire").getByRole("link", { name: "Reset" }).click();
	await expect(cards(page)).toHaveText(["Roof"]);
	await expect(line(page, "On fire")).not.toContainText("Changed");
	await bar(page).getByRole("button", { name: "Clear" }).click();
	await bar(page).getByRole("button", { name: "Mine" }).click();
	await line(page, "On fire").getByRole("button", { name: "Save" }).click();
	await expect(line(page, "On fire")).not.toContainText("Changed");
	await page.reload();
	await expect(cards(page)).toHaveText(["Hedge"]);
	await expect(line(page, "On fire")).not.toContainText("Changed");

	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page);
		expect(violations.map(({ id }) => id)).toEqual([]);
	}

	const menu = line(page, "On fire").getByRole("button", { name: "Actions for the view On fire" });
	await menu.focus();
	await page.keyboard.press("Enter");
	await page.getByRole("menuitem", { name: "Rename…" }).click();
	await page.getByRole("textbox", { name: "Name" }).fill("For me");
	await page.keyboard.press("Enter");
	await expect(list(page).getByRole("link")).toHaveText(["For me"]);
	await page.getByRole("button", { name: "Actions for the view For me" }).click();
	await page.getByRole("menuitem", { name: "Delete…" }).click();
	await page.getByRole("button", { name: "Delete view" }).click();
	await expect(list(page)).toHaveCount(0);
	await expect(cards(page)).toHaveText(["Hedge"]);
});

test("a shared view comes to everybody at once; one's own does not, and readers change none", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const bob = await world.open(people.bob, `/p/${project.key}/board?priority=urgent`);
	const charlie = await world.open(people.charlie, `/p/${project.key}/board?assignee=none`);
	await expect(cards(charlie)).toHaveText(["Roof"]);
	await expect(cards(bob)).toHaveText(["Roof"]);
	await save(bob, "Just mine", false);
	await save2(bob, "For all");
	await expect(list(charlie).getByRole("link")).toHaveText(["For allshared with the project"]);
	await expect(line(charlie, "For all").getByRole("button", { name: /Actions/ })).toHaveCount(0);
	await list(charlie).getByRole("link").click();
	await expect(cards(charlie)).toHaveText(["Roof"]);
	await expect(charlie).toHaveURL(/priority=urgent/);
	await expect(line(charlie, "For all").getByRole("button", { name: /Actions/ })).toHaveCount(1);

	// A reader keeps a view of their own.
	await bar(charlie).getByRole("button", { name: "Mine" }).click();
	await expect(line(charlie, "For all").getByRole("button", { name: "Save" })).toHaveCount(0);
	await fromMenu(charlie);
	const dialog = charlie.getByRole("dialog", { name: "Save this view" });
	await expect(dialog.getByRole("checkbox")).toHaveCount(0);
	await dialog.getByRole("textbox", { name: "Name" }).fill("Reader's");
	await dialog.getByRole("button", { name: "Save" }).click();
	await expect(list(charlie).getByRole("link")).toHaveText(["Reader's", "For allshared with the project"]);

	// Taken from the others as fast as it came.
	await line(bob, "For all").getByRole("button", { name: "Actions for the view For all" }).click();
	await bob.getByRole("menuitem", { name: "Keep for myself" }).click();
	await expect(list(charlie).getByRole("link")).toHaveText(["Reader's"]);
	await expect(list(bob).getByRole("link")).toHaveText(["For all", "Just mine"]);
});

/** By the menu of the project in the sidebar. */
async function fromMenu(page: Page): Promise<void> {
	await page.getByRole("button", { name: /^Actions for Launch/ }).click();
	await page.getByRole("menuitem", { name: "Save this view…" }).click();
}

/** From the sidebar, while a view is open. */
async function save2(page: Page, name: string): Promise<void> {
	await fromMenu(page);
	const dialog = page.getByRole("dialog", { name: "Save this view" });
	await dialog.getByRole("textbox", { name: "Name" }).fill(name);
	await dialog.getByRole("checkbox").check();
	await dialog.getByRole("button", { name: "Save" }).click();
	await expect(dialog).toHaveCount(0);
}

test("a view keeps its lanes, and opens from the palette", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?group=priority&priority=urgent`);
	await expect(page.locator(".lane")).toHaveCount(1);
	await save(page, "Fires in lanes", false);
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page.locator(".tl")).toBeVisible();
	await page.keyboard.press("Control+k");
	await page.keyboard.type("Fires in");
	await page.getByRole("option", { name: "View: Fires in lanes" }).click();
	await expect(page).toHaveURL(/\/board\?.*group=priority/);
	await expect(page.locator(".lane")).toHaveCount(1);
	await expect(cards(page)).toHaveText(["Roof"]);
});

test("a view of the calendar and one of the table open there, with their filter", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/table?priority=urgent&sort=-title`);
	const rows = page.getByRole("row").filter({ hasText: /Roof|Hedge/ });
	await expect(rows).toHaveCount(1);
	await save(page, "In rows", false);
	await page.goto(`/p/${project.key}/calendar?priority=urgent`);
	await expect(list(page).getByRole("link")).toHaveText(["In rows"]);
	await save(page, "By day", false);
	await list(page).getByRole("link", { name: "In rows" }).click();
	await expect(page).toHaveURL(/\/table\?priority=urgent&sort=-title&view=/);
	await expect(rows).toHaveCount(1);
	await list(page).getByRole("link", { name: "By day" }).click();
	await expect(page).toHaveURL(/\/calendar\?priority=urgent&view=/);
	await expect(line(page, "By day")).not.toContainText("Changed");
});
