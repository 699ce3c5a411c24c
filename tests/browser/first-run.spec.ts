// A server on which nobody ever was: from the printed link to the first task, by the page alone.
import { Board } from "./support/board";
import { password } from "./support/people";
import { expect, test } from "./support/test";

test("the printed link makes the first administrator, who makes the first project and its first task", async ({
	world,
}) => {
	const server = await world.fresh();
	await expect.poll(() => server.said).toMatch(/\/setup#\S+/);
	const link = /http:\S+\/setup#\S+/.exec(server.said)?.[0] ?? "";
	expect(link.startsWith(server.url)).toBe(true);

	const page = await world.open(null, `${server.url}/`);
	await expect(page).toHaveURL(/\/sign-in$/);
	await expect(page.getByText("Open the link that it printed when it started.")).toBeVisible();

	await page.goto(link);
	await expect(page.getByRole("heading", { name: "Set up Boardcast" })).toBeVisible();
	await page.getByLabel("Your name").fill("Alice");
	await page.getByLabel("E-mail").fill("alice@example.com");
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Create an account" }).click();

	await expect(page.getByRole("heading", { name: "No projects yet" })).toBeVisible();
	await page.getByRole("main").getByRole("button", { name: "Create a project" }).click();
	const dialog = page.getByRole("dialog", { name: "Create a project" });
	await dialog.getByLabel("Name").fill("Launch the website");
	await dialog.getByLabel("Key").fill("web");
	await dialog.getByRole("button", { name: "Create", exact: true }).click();

	await expect(page).toHaveURL(`${server.url}/p/WEB/board`);
	const board = new Board(page);
	await expect(board.column("To do")).toBeVisible();
	expect(Object.keys(await board.titles())).toEqual(["To do", "Doing", "Done"]);
	await board.add("Doing", "Choose a name !high");
	const card = board.card("Choose a name");
	await expect(card).toContainText(/WEB-\d+/);
	await expect(card).toContainText("High");
	await page.reload();
	await expect(board.column("Doing").locator(".card").filter({ hasText: "Choose a name" })).toBeVisible();

	await page.locator(".sidebar-me").click();
	await page.getByRole("menuitem", { name: "Administration" }).click();
	await expect(page.getByRole("main").getByText("alice@example.com")).toBeVisible();
});

test("the link works once", async ({ world }) => {
	world.expectTrouble(/status of (403|409)/);
	const server = await world.fresh();
	await expect.poll(() => server.said).toMatch(/\/setup#\S+/);
	const link = /http:\S+\/setup#\S+/.exec(server.said)?.[0] ?? "";
	const begin = async () => {
		const page = await world.open(null, link);
		await page.getByLabel("Your name").fill("Alice");
		await page.getByLabel("E-mail").fill("alice@example.com");
		await page.getByLabel("Password").fill(password);
		return page;
	};
	const first = await begin();
	const second = await begin();
	await second.getByLabel("E-mail").fill("bob@example.com");
	await first.getByRole("button", { name: "Create an account" }).click();
	await expect(first.getByRole("heading", { name: "No projects yet" })).toBeVisible();
	await second.getByRole("button", { name: "Create an account" }).click();
	await expect(second.getByRole("alert")).toContainText("The first administrator exists already.");
});
