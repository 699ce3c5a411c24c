// The first page: pinned projects first, and what others did since one was here.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

const card = (page: Page, name: string) => page.locator(".home-item").filter({ hasText: name });

test("a pinned project stands first, and stays there", async ({ world, people }) => {
	const [, last] = [
		await makeProject(people, { name: "Anchor" }),
		await makeProject(people, { name: "Zeppelin" }),
	];
	const page = await world.open(people.bob, "/");
	await expect(card(page, "Anchor")).toBeVisible();
	await page.getByRole("button", { name: "Pin Zeppelin" }).click();
	await expect(page.locator(".home-item").first()).toContainText("Zeppelin");
	await expect(page.getByRole("button", { name: "Unpin Zeppelin" })).toBeFocused();
	await page.reload();
	await expect(page.locator(".home-item").first()).toContainText("Zeppelin");
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		expect((await axe(page)).violations).toEqual([]);
	}
	await page.getByRole("button", { name: "Unpin Zeppelin" }).click();
	await expect(page.locator(".home-item").first()).not.toContainText("Zeppelin");
	await card(page, "Zeppelin").locator(".home-card").click();
	await expect(page).toHaveURL(`/p/${last.key}/board`);
});

test("a project says what others did since one was there, and goes on counting", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { name: "Lighthouse" });
	await makeTask(alice, project, "Seen already");
	const browser = await world.browser(bob);
	const page = await browser.newPage();
	await page.goto(`/p/${project.key}/board`);
	await expect(page.locator(".card")).toHaveCount(1);
	// What is seen is noted behind the first screen.
	await page.waitForFunction((id) => {
		const key = Object.keys(localStorage).find((name) => name.startsWith("boardcast.visits."));
		return key !== undefined && id in JSON.parse(localStorage.getItem(key) ?? "{}");
	}, project.id);
	await page.goto("about:blank");
	await makeTask(alice, project, "News");
	await makeTask(bob, project, "Not news");
	await page.goto("/");
	const news = card(page, "Lighthouse").locator(".home-news");
	await expect(news).toHaveText("1 change by Alice since you were here");
	await makeTask(charlie, project, "More news");
	await expect(news).toHaveText("2 changes by Charlie and Alice since you were here");
	// It leads to what is different.
	await news.click();
	const changes = page.getByRole("dialog", { name: /^What changed since/ });
	await expect(changes.locator(".since-line")).toHaveText([/ News/, /Not news/, /More news/]);
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Back to now" }).click();
	await expect(page.locator(".card")).toHaveCount(4);
	await page.getByRole("link", { name: "Boardcast" }).click();
	await expect(card(page, "Lighthouse")).toBeVisible();
	await expect(news).toHaveCount(0);
});
