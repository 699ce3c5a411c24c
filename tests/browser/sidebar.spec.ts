// The sidebar: search on top, room for names, and out of the way where room is scarce.
import { boxOf } from "./support/board";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

test("search stands on top with its key, and opens the palette", async ({ world, people }) => {
	const page = await world.open(people.bob, "/");
	const search = page.getByRole("button", { name: "Search", exact: true });
	await expect(search).toContainText("Ctrl");
	await search.click();
	await expect(page.getByRole("combobox", { name: "Search and commands" })).toBeFocused();
});

test("the theme is chosen in the menu of the user", async ({ world, people }) => {
	const page = await world.open(people.bob, "/");
	await page.getByRole("complementary").getByRole("button", { name: "Bob" }).click();
	const dark = page.getByRole("menuitemradio", { name: "Theme: dark" });
	await expect(page.getByRole("menuitemradio", { name: "Theme: system" })).toBeChecked();
	await dark.click();
	await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
	await page.reload();
	await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("a long name gets the room beside its key", async ({ world, people }) => {
	const project = await makeProject(people, { name: "Launch the website of the harbour" });
	const page = await world.open(people.bob, "/");
	const link = page
		.getByRole("navigation", { name: "Projects" })
		.getByRole("link", { name: /Launch the website/ });
	await expect(link).toHaveAttribute("title", `${project.key} Launch the website of the harbour`);
	const [whole, name] = [await boxOf(link), await boxOf(link.locator(".truncate"))];
	expect(name.width / whole.width).toBeGreaterThan(0.72);
});

for (const [where, viewport, folded] of [
	["1440 px", { width: 1440, height: 900 }, false],
	["1100 px", { width: 1100, height: 800 }, true],
	["a phone held sideways", { width: 844, height: 390 }, true],
] as const) {
	test(`on ${where} it is ${folded ? "folded" : "open"} until the person decides`, async ({
		world,
		people,
	}) => {
		await makeProject(people);
		const page = await world.open(people.bob, "/", { viewport });
		const sidebar = page.getByRole("complementary");
		const width = async () => (await boxOf(sidebar)).width;
		await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
		expect((await width()) < 100).toBe(folded);
		await page.keyboard.press("Control+b");
		await expect.poll(async () => (await width()) < 100).toBe(!folded);
		await page.reload();
		await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
		expect((await width()) < 100).toBe(!folded);
		await page.getByRole("button", { name: folded ? "Fold the sidebar" : "Unfold the sidebar" }).click();
		await expect.poll(async () => (await width()) < 100).toBe(folded);
	});
}

test("folded, it is still a list of links by name, and fits sideways", async ({ world, people }) => {
	const project = await makeProject(people, { name: "Sail loft" });
	const page = await world.open(people.bob, "/", { viewport: { width: 844, height: 390 } });
	const link = page
		.getByRole("navigation", { name: "Projects" })
		.getByRole("link", { name: `${project.key} Sail loft` });
	await expect(link).toBeVisible();
	await link.click();
	await expect(page).toHaveURL(`/p/${project.key}/board`);
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
	expect(overflow).toBe(false);
});
