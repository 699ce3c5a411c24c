// The page's own forms and sheets say what they mean.
import { password } from "./support/people";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

test("a new project shows its key while its name is typed, and what it starts with", async ({
	world,
	people,
}) => {
	await people.bob.api.post("/projects", { name: "Harbour", key: "HARB" });
	const page = await world.open(people.bob, "/");
	await page.getByRole("button", { name: "New project" }).first().click();
	const dialog = page.getByRole("dialog", { name: "Create a project" });
	await expect(dialog.locator(".field-label").filter({ hasText: "Start with" })).toBeVisible();
	await dialog.getByLabel("Name").fill("Harbour lights");
	await expect(dialog.getByText("Its tasks will be HARB2-1, HARB2-2 and so on.")).toBeVisible();
	await dialog.getByLabel("Key").fill("harb");
	await expect(dialog.getByText("Another project of yours has this key.")).toBeVisible();
	await dialog.getByLabel("Key").fill("");
	await dialog.getByRole("button", { name: "Create", exact: true }).click();
	await expect(page).toHaveURL("/p/HARB2/board");
});

test("a password can be shown, and is hidden at first", async ({ world, people }) => {
	const page = await world.open(null, "/sign-in");
	const field = page.getByLabel("Password");
	const show = page.getByRole("button", { name: "Show what is typed" });
	await field.fill(password);
	await expect(field).toHaveAttribute("type", "password");
	await show.click();
	await expect(field).toHaveAttribute("type", "text");
	await expect(show).toHaveAttribute("aria-pressed", "true");
	await page.getByLabel("E-mail").fill(people.bob.email);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
});

test("who comes back after the session was revoked is told why the sign-in is there", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 401/);
	const project = await makeProject(people);
	const browser = await world.browser(null);
	const page = await browser.newPage();
	await page.goto(`/sign-in?next=/p/${project.key}/board`);
	await page.getByLabel("E-mail").fill(people.bob.email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page).toHaveURL(`/p/${project.key}/board`);
	await page.goto("about:blank");
	const { items } = await people.bob.api.get<{ items: { id: string; current: boolean }[] }>("/me/sessions");
	for (const { id, current } of items) if (!current) await people.bob.api.delete(`/me/sessions/${id}`);
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByText("Your session has ended.")).toBeVisible();
});

test("the sheet of shortcuts has each key once, and no group without its heading", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	for (const view of ["board", "timeline"]) {
		const page = await world.open(people.bob, `/p/${project.key}/${view}`);
		await expect(page.getByRole("navigation", { name: "View" })).toBeVisible();
		await page.waitForTimeout(300);
		await page.keyboard.press("?");
		const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
		await expect(sheet).toBeVisible();
		const found = await sheet.locator("section").evaluateAll((sections) =>
			sections.map((section) => {
				const name = section.querySelector("h3")?.textContent ?? "";
				const columns = new Set(
					[...section.children].map((child) => Math.round(child.getBoundingClientRect().left)),
				);
				const lines = [...section.querySelectorAll("dl > div")].map((line) =>
					Math.round(line.getBoundingClientRect().left),
				);
				const keys = [...section.querySelectorAll("dd")].map((keys) => keys.textContent);
				return { name, columns: new Set([...columns, ...lines]).size, keys };
			}),
		);
		expect(found.map(({ columns }) => columns)).toEqual(found.map(() => 1));
		const keys = found.flatMap(({ keys }) => keys);
		expect(keys.length).toBe(new Set(keys).size);
		expect(keys).toContain("/");
		await page.close();
	}
});

test("unread notifications are marked at their edge, and are no wall of colour", async ({
	world,
	people,
}) => {
	await makeProject(people);
	const page = await world.open(people.charlie, "/notifications");
	const line = page.locator(".notification[data-unread]").first();
	await expect(line).toBeVisible();
	const style = await line.evaluate((element) => {
		const { backgroundColor, boxShadow } = getComputedStyle(element);
		return { backgroundColor, boxShadow };
	});
	expect(style.backgroundColor).toBe("rgba(0, 0, 0, 0)");
	expect(style.boxShadow).toContain("inset");
});
