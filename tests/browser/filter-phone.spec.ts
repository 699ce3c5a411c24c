// On a phone all filters stand behind one button.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function prepare({ people }: World) {
	const project = await makeProject(people);
	const { id } = await people.alice.api.post<{ id: string }>(`/projects/${project.id}/labels`, {
		name: "Garden",
		colour: "#2f7d4a",
	});
	await makeTask(people.alice, project, "Late", { due_on: day(-2), priority: "urgent", label_ids: [id] });
	await makeTask(people.alice, project, "Mine", { assignee_ids: [people.bob.id], priority: "urgent" });
	await makeTask(people.alice, project, "Theirs", { assignee_ids: [people.charlie.id] });
	return project;
}

const button = (page: Page) => page.getByRole("button", { name: /^Filter/ });
const sheet = (page: Page) => page.getByRole("dialog", { name: "Filter" });
const choice = (page: Page, group: string, name: string) =>
	sheet(page).getByRole("group", { name: group }).getByRole("button", { name, exact: true });
const cards = (page: Page) => page.locator(".card-title");

test("one button opens all filters in a sheet, and says how many are set", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`, phone);
	await expect(cards(page)).toHaveCount(3);
	await expect(page.getByRole("search", { name: "Filter" }).getByRole("button")).toHaveCount(1);
	await expect(page.getByRole("searchbox")).toHaveCount(0);
	await button(page).tap();
	await expect(sheet(page)).toBeVisible();
	const box = await sheet(page).boundingBox();
	expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(phone.viewport.height);
	expect(box?.width).toBe(phone.viewport.width);
	await expect(sheet(page).getByRole("button", { name: "Clear" })).toBeDisabled();
	for (const [group, name] of [
		["People", "Mine"],
		["People", "Charlie"],
		["Labels", "Garden"],
		["Priority", "Urgent"],
		["Due", "Overdue"],
	] as const) {
		const found = await choice(page, group, name).boundingBox();
		expect(found?.height, `${group}: ${name}`).toBeGreaterThanOrEqual(40);
	}

	await choice(page, "Priority", "Urgent").tap();
	await expect(choice(page, "Priority", "Urgent")).toHaveAttribute("aria-pressed", "true");
	await expect(sheet(page).getByRole("button", { name: "Show 2 tasks" })).toBeVisible();
	await choice(page, "People", "Mine").tap();
	await sheet(page).getByRole("searchbox").fill("mi");
	await expect(page).toHaveURL(/q=mi/);
	await sheet(page).getByRole("button", { name: "Show 1 task" }).tap();
	await expect(sheet(page)).toHaveCount(0);
	await expect(cards(page)).toHaveText(["Mine"]);
	await expect(button(page)).toHaveAccessibleName("Filter, 3 set");
	await expect(button(page)).toContainText("3");

	// The address keeps it, as on a wide screen.
	await page.reload();
	await expect(cards(page)).toHaveText(["Mine"]);
	await button(page).tap();
	await sheet(page).getByRole("button", { name: "Clear" }).tap();
	await expect(sheet(page).getByRole("button", { name: "Show 3 tasks" })).toBeVisible();
	await expect(sheet(page).getByRole("searchbox")).toHaveValue("");
	await sheet(page).getByRole("button", { name: "Close" }).tap();
	await expect(cards(page)).toHaveCount(3);
	await expect(page).toHaveURL(`/p/${project.key}/board`);
});

test("the sheet works by keys, gives the focus back, and axe finds nothing in it", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`, phone);
	await expect(cards(page)).toHaveCount(3);
	await button(page).focus();
	await page.keyboard.press("Enter");
	await expect(sheet(page)).toBeVisible();
	await expect(button(page)).toHaveAttribute("aria-expanded", "true");
	for (let at = 0; at < 20; at++) {
		await page.keyboard.press("Tab");
		if (await choice(page, "Due", "Overdue").evaluate((one) => one === document.activeElement)) break;
	}
	await page.keyboard.press("Space");
	await expect(sheet(page).getByRole("button", { name: "Show 1 task" })).toBeVisible();
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page);
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
	await page.keyboard.press("Escape");
	await expect(sheet(page)).toHaveCount(0);
	await expect(button(page)).toBeFocused();
	await expect(cards(page)).toHaveText(["Late"]);

	// The key of a keyboard goes to the words.
	await page.keyboard.press("f");
	await expect(sheet(page).getByRole("searchbox")).toBeFocused();
	await page.keyboard.press("Escape");
	await expect(sheet(page)).toHaveCount(0);

	// A wider window has the bar again, with the same filter.
	await page.setViewportSize({ width: 1280, height: 800 });
	await expect(
		page.getByRole("search", { name: "Filter" }).getByRole("button", { name: "Due (1)" }),
	).toBeVisible();
	await expect(cards(page)).toHaveText(["Late"]);
});

test("the archive is reached from the sheet", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`, phone);
	await button(page).tap();
	await sheet(page).getByRole("button", { name: "Archived tasks" }).tap();
	await expect(sheet(page)).toHaveCount(0);
	await expect(page.getByRole("dialog", { name: "Archived tasks" })).toBeVisible();
});
