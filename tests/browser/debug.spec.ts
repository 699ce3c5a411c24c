// `?debug=events`: the stream itself, over the page, for whoever looks for a mistake.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

const overlay = (page: Page) => page.getByRole("region", { name: "Live events" });
const fact = (page: Page, name: string) =>
	overlay(page).locator(".debug-fact").filter({ hasText: name }).locator("dd");
const ms = (text: string) => Number(/([\d.]+) ms/.exec(text)?.[1]);

test("every event is shown as it comes, with its number and how late it is", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const page = await world.open(bob, `/p/${project.key}/board?debug=events`);
	await expect(fact(page, "Connection")).toHaveText("Live");
	await expect(fact(page, "This tab")).toHaveText("Leads");

	const task = await makeTask(alice, project, "Seen");
	const row = overlay(page).getByRole("row").filter({ hasText: "task.created" });
	await expect(row).toContainText(`${project.key}`);
	await expect(row).toContainText(`${task.version}`);
	await expect(row).toContainText("Alice");
	// Both clocks are this machine's: asking for the server's second again and again finds that out.
	const clock = async () => {
		const text = (await fact(page, "Server’s clock").textContent()) ?? "";
		const [, sign, by, within] = /^([+−])([\d.]+) ± ([\d.]+) ms$/.exec(text) ?? [];
		return { by: Number(by) * (sign === "+" ? 1 : -1), within: Number(within) };
	};
	await expect.poll(async () => (await clock()).within, { timeout: 20_000 }).toBeLessThan(250);
	const { by, within } = await clock();
	expect(Math.abs(by)).toBeLessThanOrEqual(within + 1);
	const late = ms((await row.getByRole("cell").nth(1).textContent()) ?? "");
	expect(late).toBeGreaterThanOrEqual(0);
	expect(late).toBeLessThan(2000);
	await expect(fact(page, "Cursor")).toHaveText(/^[\w-]{10,}$/);
	await expect(fact(page, "Reconnects")).toHaveText("0");
	await expect(fact(page, "Resets")).toHaveText("0");
	await overlay(page).getByRole("button", { name: "Clear" }).click();
	await expect(row).toHaveCount(0);
});

test("a cut is counted, and what was missed is shown once", async ({ world, people }) => {
	const { alice, bob } = people;
	world.expectTrouble(/ERR_CONNECTION|ERR_SOCKET|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE/);
	const project = await makeProject(people);
	const wire = await world.relay();
	const page = await world.open(bob, `/p/${project.key}/board?debug=events`, { through: wire });
	await expect(fact(page, "Connection")).toHaveText("Live");
	await makeTask(alice, project, "Before");
	const rows = overlay(page).getByRole("row").filter({ hasText: "task.created" });
	await expect(rows).toHaveCount(1);
	// Below the head: with the cursor that follows the event nothing has to come twice.
	const texts = () => overlay(page).getByRole("row").allInnerTexts();
	const first = (all: string[], what: string) => all.findIndex((text) => text.includes(what));
	await expect
		.poll(async () => {
			const all = await texts();
			const checkpoint = first(all, "checkpoint");
			return checkpoint >= 0 && checkpoint < first(all, "task.created");
		})
		.toBe(true);
	wire.cut();
	await expect(fact(page, "Connection")).toContainText("Reconnecting");
	const task = await makeTask(alice, project, "Missed");
	wire.mend();
	await expect(fact(page, "Connection")).toHaveText("Live", { timeout: 20_000 });
	await expect(fact(page, "Reconnects")).toHaveText("1");
	await expect(rows).toHaveCount(2);
	await expect(rows.first()).toContainText(`${task.version}`);
});

test("a second tab says that it follows the first", async ({ world, people }) => {
	const project = await makeProject(people);
	const browser = await world.browser(people.bob);
	const tabs = [await browser.newPage(), await browser.newPage()];
	for (const [index, tab] of tabs.entries()) {
		await tab.goto(`/p/${project.key}/board?debug=events`);
		await expect(fact(tab, "Connection")).toHaveText("Live");
		await expect(fact(tab, "This tab")).toHaveText(index === 0 ? "Leads" : "Follows");
	}
	const task = await makeTask(people.alice, project, "For both");
	for (const tab of tabs) {
		await expect(overlay(tab).getByRole("row").filter({ hasText: "task.created" })).toContainText(
			`${task.version}`,
		);
	}
});

test("it takes no focus, stays while one goes elsewhere, and closes", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board?debug=events`);
	await expect(overlay(page)).toBeVisible();
	expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page).toHaveURL(/timeline$/);
	await expect(overlay(page)).toBeVisible();
	await overlay(page).getByRole("button", { name: "Close the live events" }).click();
	await expect(overlay(page)).toHaveCount(0);
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await expect(page.getByRole("region", { name: "Column To do" })).toBeVisible();
	await expect(overlay(page)).toHaveCount(0);
});

test("axe finds nothing in it, and nothing sticks out", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board?debug=events`);
	await expect(fact(page, "Connection")).toHaveText("Live");
	await makeTask(people.alice, project, "Something to show");
	await expect(overlay(page).getByRole("row").filter({ hasText: "task.created" })).toBeVisible();
	for (const width of [1280, 390]) {
		for (const colorScheme of ["light", "dark"] as const) {
			await page.setViewportSize({ width, height: 800 });
			await page.emulateMedia({ colorScheme });
			const { violations } = await axe(page);
			expect(
				violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`),
			).toEqual([]);
			const box = await overlay(page).boundingBox();
			expect(box && box.x >= 0 && box.x + box.width <= width).toBe(true);
		}
	}
});
