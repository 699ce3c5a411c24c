// What a search finds, where it leads, and the page with all of it.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

const field = (page: Page) => page.getByRole("searchbox", { name: "Search in all projects" });
const results = (page: Page) => page.getByRole("list", { name: "Results" }).getByRole("listitem");

test("the palette finds comments and files too, says where, and opens them there", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Order the boat");
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const comment = await alice.api.post<{ id: string }>(`${path}/comments`, { body: "The quaybolt is rusty" });
	const page = await world.open(bob, "/");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
	await page.keyboard.press("Control+k");
	const typed = page.getByRole("combobox", { name: "Search and commands" });
	await typed.fill("quaybolt");
	const option = page.getByRole("group", { name: "Comments" }).getByRole("option");
	await expect(option).toContainText(`${project.key}-${task.number} Order the boat`);
	await expect(option).toContainText(project.name);
	await expect(option.locator("mark")).toHaveText("quaybolt");
	await option.click();
	await expect(page).toHaveURL(`/p/${project.key}/board/${task.number}#comment-${comment.id}`);
	await expect(page.getByText("The quaybolt is rusty")).toBeVisible();
});

test("all results stand on a page of their own, by kind and by project, in the address", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const [one, two] = [await makeProject(people, { name: "Shipyard" }), await makeProject(people)];
	const task = await makeTask(alice, one, "Zirconium deck");
	await makeTask(alice, two, "Zirconium mast");
	const path = `/projects/${one.id}/tasks/${task.id}`;
	await alice.api.post(`${path}/comments`, { body: "More zirconium, please" });
	const page = await world.open(bob, "/");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
	await page.keyboard.press("/");
	await page.getByRole("combobox", { name: "Search and commands" }).fill("zirconium");
	await page.getByRole("option", { name: "Show all results for “zirconium”" }).click();
	await expect(page).toHaveURL("/search?q=zirconium");
	await expect(field(page)).toHaveValue("zirconium");
	await expect(results(page)).toHaveCount(3);

	await page.getByText("Comments", { exact: true }).click();
	await expect(results(page)).toHaveCount(1);
	await expect(results(page).locator("mark")).toHaveText("zirconium");
	await expect(page).toHaveURL("/search?q=zirconium&kind=comment");
	await page.getByRole("combobox", { name: "Project" }).click();
	await page.getByRole("option", { name: `${two.key} ${two.name}` }).click();
	await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
	await page.reload();
	await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
	await page.getByRole("button", { name: "Search everything" }).click();
	await expect(results(page)).toHaveCount(3);

	// By keyboard: from the field into the results and back.
	await page.keyboard.press("/");
	await expect(field(page)).toBeFocused();
	await field(page).press("ArrowDown");
	await expect(results(page).nth(0).getByRole("link")).toBeFocused();
	await page.keyboard.press("ArrowUp");
	await expect(field(page)).toBeFocused();
	await field(page).fill("deck");
	await field(page).press("Enter");
	await expect(results(page)).toHaveCount(1);
	await field(page).press("ArrowDown");
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(`/p/${one.key}/board/${task.number}`);
});

test("more come by pages, and what could not be read is asked for again", async ({ world, people }) => {
	world.expectTrouble(/status of 503/);
	const project = await makeProject(people);
	const hit = (number: number) => ({
		kind: "task",
		project_id: project.id,
		task_id: `t${number}`,
		comment_id: null,
		attachment_id: null,
		key: `${project.key}-${number}`,
		number,
		title: `Plank ${number}`,
		completed: false,
		archived: false,
		snippet: [{ text: `Plank ${number}`, hit: true }],
	});
	let isDown = true;
	const page = await world.open(people.bob, "/search");
	await page.route("**/api/v1/search?**", (route) => {
		const params = new URL(route.request().url()).searchParams;
		if (isDown) return route.fulfill({ status: 503, json: { status: 503, code: "unavailable", detail: "" } });
		return params.has("cursor")
			? route.fulfill({ json: { items: [hit(2)], next_cursor: null } })
			: route.fulfill({ json: { items: [hit(1)], next_cursor: "next" } });
	});
	await field(page).fill("plank");
	const alert = page.getByRole("alert");
	await expect(alert.getByRole("button", { name: "Try again" })).toBeVisible();
	isDown = false;
	await alert.getByRole("button", { name: "Try again" }).click();
	await expect(page.getByRole("status").getByText("The first 1 result")).toBeVisible();
	await page.getByRole("button", { name: "Show more" }).click();
	await expect(results(page)).toHaveText([/Plank 1/, /Plank 2/]);
});

test("an answer to an older question never takes the place of a newer one on the page", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Newerthing");
	await makeTask(people.alice, project, "Olderthing");
	const page = await world.open(people.bob, "/search");
	let release = () => {};
	const held = new Promise<void>((done) => {
		release = done;
	});
	await page.route("**/api/v1/search?q=Olderthing**", async (route) => {
		await held;
		await route.continue();
	});
	const asked = page.waitForRequest(/q=Olderthing/);
	await field(page).fill("Olderthing");
	await asked;
	await field(page).fill("Newerthing");
	await expect(results(page)).toHaveText(/Newerthing/);
	const late = page.waitForResponse(/q=Olderthing/);
	release();
	await (await late).finished();
	// What the answer would change is drawn by the second frame.
	await page.evaluate(
		() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
	);
	await expect(results(page)).toHaveText(/Newerthing/);
});

test("the page of results teaches, fits a phone, and axe finds nothing on it", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Varnish the tiller", {
		description: "Two coats of tungoil, and let them dry",
	});
	await people.alice.api.post(`/projects/${project.id}/tasks/${task.id}/comments`, {
		body: "tungoil is here",
	});
	const page = await world.open(people.bob, "/search", { viewport: { width: 390, height: 844 } });
	await expect(page.getByRole("heading", { name: "Find tasks, comments and files" })).toBeVisible();
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		for (const [address, count] of [
			["/search", 0],
			["/search?q=tungoil", 2],
		] as const) {
			await page.goto(address);
			await expect(page.getByRole("combobox", { name: "Project" })).toBeVisible();
			await expect(results(page)).toHaveCount(count);
			const { violations } = await axe(page);
			expect(violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.target)}`)).toEqual([]);
			const outside = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
			expect(await page.evaluate(outside)).toBeLessThanOrEqual(0);
		}
	}
});
