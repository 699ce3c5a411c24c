// How the server is doing, for its administrators, pushed every few seconds.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

const tiles = (page: Page) => page.getByRole("list", { name: "Live" }).getByRole("listitem");
const tile = (page: Page, name: string) => tiles(page).filter({ hasText: name });
const table = (page: Page) => page.getByRole("region", { name: "Numbers of the last two minutes" });

test("an administrator sees how the server is doing, and its course", async ({ world, people }) => {
	const page = await world.open(people.alice, "/admin");
	await page.getByRole("link", { name: "Live" }).click();
	await expect(page).toHaveURL(/\/admin\/live$/);
	await expect(page).toHaveTitle(/^Administration/);
	await expect(tiles(page)).toHaveCount(9);
	await expect(tile(page, "People online")).toHaveText(/People online[1-9]/);
	await expect(tile(page, "Memory")).toHaveText(/[\d.]+ MB/);
	await expect(tile(page, "Database")).toHaveText(/[\d.]+ [kM]B/);
	// Something happens, and the next numbers say so.
	await makeProject(people);
	await expect(tile(page, "Changes a second")).not.toHaveText("Changes a second0", { timeout: 12_000 });
	await expect(tile(page, "People online").getByRole("img")).toHaveAttribute(
		"aria-label",
		/^People online in the last ten minutes: \d+ to \d+$/,
	);
	await page.getByText("Show the numbers").click();
	// The table comes with the event that tells of the opening.
	await expect.poll(() => table(page).getByRole("row").count()).toBeGreaterThan(2);
	await page.getByRole("link", { name: "People" }).click();
	await expect(page.getByRole("list", { name: "People" })).toBeVisible();
});

test("it says when nothing new comes, and goes on by itself", async ({ world, people }) => {
	world.expectTrouble(/ERR_/);
	const relay = await world.relay();
	const page = await world.open(people.alice, "/admin/live", { through: relay });
	await expect(tiles(page)).toHaveCount(9);
	relay.cut();
	await expect(page.getByText(/No new numbers since .* the connection is broken/)).toBeVisible();
	await expect(tiles(page)).toHaveCount(9);
	relay.mend();
	await page.getByRole("button", { name: "Try again" }).click();
	await expect(page.getByText("the connection is broken")).toHaveCount(0);
});

test("nobody else sees it", async ({ world, people }) => {
	const page = await world.open(people.bob, "/admin/live");
	await expect(page.getByText("There is no such page")).toBeVisible();
	await expect(people.bob.api.get("/admin/live")).rejects.toThrow(/404/);
});

test("axe finds nothing in it", async ({ world, people }) => {
	test.setTimeout(120_000);
	const page = await world.open(people.alice, "/admin/live");
	await axeFindsNothing(page, async () => {
		await page.goto("/admin/live");
		await expect(tile(page, "Memory").getByRole("img")).toBeVisible();
		await page.getByText("Show the numbers").click();
		await expect(table(page)).toBeVisible();
	});
});
