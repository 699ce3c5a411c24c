// One's own account, what it is told, and what administrators may do with it.

import type { Page } from "@playwright/test";
import { type Person, password } from "./support/people";
import { makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

const other = "staple-battery-horse";

/** Somebody of this test's own: sessions and passwords of the three are used by other tests. */
async function guest(world: World, people: { alice: Person }, name: string): Promise<Page> {
	const page = await world.open(null, `${people.alice.api.url}/sign-up`);
	await page.getByLabel("Your name").fill(name);
	await page.getByLabel("E-mail").fill(emailOf(name));
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Create an account" }).click();
	await expect(page.getByRole("heading", { name: "No projects yet" })).toBeVisible();
	return page;
}

async function signIn(page: Page, name: string, secret: string): Promise<void> {
	await page.getByLabel("E-mail").fill(emailOf(name));
	await page.getByLabel("Password").fill(secret);
	await page.getByRole("button", { name: "Sign in" }).click();
}

const emailOf = (name: string) => `${name.toLowerCase().replaceAll(" ", "-")}@example.com`;

test("a new password ends the other sessions at once, and only those", async ({ world, people }) => {
	world.expectTrouble(/status of (401|422)/);
	const page = await guest(world, people, "Charlie the second");
	const elsewhere = await world.open(null, `${people.alice.api.url}/sign-in`);
	await signIn(elsewhere, "Charlie the second", password);
	await expect(elsewhere.getByRole("heading", { name: "No projects yet" })).toBeVisible();

	await page.goto("/account");
	await page.getByLabel("Current password").fill("not this one");
	await page.getByLabel("New password").fill(other);
	await page.getByRole("button", { name: "Change the password" }).click();
	await expect(page.getByText("This is not your current password.")).toBeVisible();
	await page.getByLabel("Current password").fill(password);
	await page.getByRole("button", { name: "Change the password" }).click();
	await expect(page.getByText("The password is changed")).toBeVisible();
	await expect(elsewhere).toHaveURL(/\/sign-in/);
	await page.reload();
	await expect(page.getByRole("heading", { name: "Account" })).toBeVisible();
	await signIn(elsewhere, "Charlie the second", other);
	await expect(elsewhere.getByRole("heading", { name: "No projects yet" })).toBeVisible();
});

test("a session that is ended from elsewhere ends at once", async ({ world, people }) => {
	world.expectTrouble(/status of 401/);
	const page = await guest(world, people, "Charlie the third");
	const elsewhere = await world.open(null, `${people.alice.api.url}/sign-in`);
	await signIn(elsewhere, "Charlie the third", password);
	await expect(elsewhere.getByRole("heading", { name: "No projects yet" })).toBeVisible();
	await page.goto("/account/sessions");
	await expect(page.getByRole("list", { name: "Sessions" }).getByRole("listitem")).toHaveCount(2);
	await page.getByRole("button", { name: /^End the session/ }).click();
	await expect(elsewhere).toHaveURL(/\/sign-in/);
	await expect(page.getByRole("list", { name: "Sessions" }).getByRole("listitem")).toHaveCount(1);
});

test("a new name is what others see", async ({ world, people }) => {
	const page = await guest(world, people, "Charlie the fourth");
	await page.goto("/account");
	await page.getByLabel("Name").fill("Charlie IV");
	await page.getByRole("button", { name: "Save" }).click();
	await expect(page.getByRole("button", { name: "Charlie IV" })).toBeVisible();
});

test("a token is shown once, works where it may, and ends when it is revoked", async ({ world, people }) => {
	const page = await guest(world, people, "Charlie the fifth");
	await page.goto("/account/tokens");
	await page.getByRole("button", { name: "New token" }).click();
	const dialog = page.getByRole("dialog", { name: "New token" });
	await dialog.getByLabel("Name").fill("Nightly report");
	await dialog.getByRole("button", { name: "Create the token" }).click();
	const secret = await dialog.getByLabel("Token", { exact: true }).inputValue();
	await dialog.getByRole("button", { name: "Done" }).click();
	await expect(page.getByRole("listitem").filter({ hasText: "Nightly report" })).toContainText("never used");

	const call = (method: string, body?: object) =>
		fetch(`${people.alice.api.url}/api/v1/projects`, {
			method,
			headers: {
				Authorization: `Bearer ${secret}`,
				"Content-Type": "application/json",
			},
			...(body ? { body: JSON.stringify(body) } : {}),
		}).then(({ status }) => status);
	expect(await call("GET")).toBe(200);
	expect(await call("POST", { name: "Not with a token that reads" })).toBe(403);
	await page.getByRole("button", { name: "Revoke Nightly report" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
	await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
	expect(await call("GET")).toBe(401);
});

test("what concerns me is counted, listed, and read in all tabs at once", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const browser = await world.browser(bob, {
		viewport: { width: 390, height: 844 },
	});
	const [list, board] = [await browser.newPage(), await browser.newPage()];
	await list.goto("/notifications");
	await board.goto(`/p/${project.key}/board`);
	await expect(board.locator(".pill")).toHaveAttribute("data-state", "live");
	await makeTask(alice, project, "Choose a name", { assignee_ids: [bob.id] });
	// On a phone the bell is there without opening the drawer. A page that has not read its inbox yet counts none.
	const bell = board.getByRole("banner").getByRole("link", { name: /^Notifications/ });
	await expect(bell).toHaveAccessibleName(/, \d+ unread$/);
	// What comes later stays unread.
	await expect(list.locator(".notification").filter({ hasText: "Choose a name" })).toBeVisible();
	await list.getByRole("button", { name: "Mark all as read" }).click();
	await expect(bell).toHaveAccessibleName("Notifications");

	const task = await makeTask(alice, project, "Write the text", {
		assignee_ids: [bob.id],
	});
	await makeTask(alice, project, "Draw a logo", { assignee_ids: [bob.id] });
	await expect(bell).toHaveAccessibleName("Notifications, 2 unread");
	const line = list.getByRole("listitem").filter({ hasText: `${project.key}-${task.number} ` });
	await expect(line).toContainText("Write the text");
	await line.getByRole("button", { name: "Mark as read" }).click();
	await expect(bell).toHaveAccessibleName("Notifications, 1 unread");
	// Opening the task is having read of it.
	await board.goto(`/p/${project.key}/board/${task.number + 1}`);
	// A page that has not read its inbox yet counts none: it is there with the dialog, and the list hears of it.
	await expect(board.getByRole("dialog")).toContainText("Draw a logo");
	await expect(board.locator(".pill")).toHaveAttribute("data-state", "live");
	await expect(bell).toHaveAccessibleName("Notifications");
	await expect(list.getByText("Everything is read")).toBeVisible();
});

test("an administrator disables somebody, whose pages end at once", async ({ world, people }) => {
	world.expectTrouble(/status of 401/);
	const theirs = await guest(world, people, "Charlie the sixth");
	const page = await world.open(people.alice, "/admin");
	await page.getByPlaceholder("Search by name or e-mail").fill("charlie-the-sixth");
	const line = page.getByRole("list", { name: "People" }).getByRole("listitem");
	await expect(line).toHaveCount(1);
	const change = async (what: "Disable" | "Enable") => {
		await line.getByRole("button", { name: /^Actions for/ }).click();
		await page.getByRole("menuitem", { name: what }).click();
		await page.getByRole("dialog").getByRole("button", { name: what }).click();
		await expect(page.getByRole("dialog")).toHaveCount(0);
	};
	await change("Disable");
	await expect(line).toContainText("Disabled");
	await expect(theirs).toHaveURL(/\/sign-in/);
	await signIn(theirs, "Charlie the sixth", password);
	await expect(theirs.getByText("The e-mail address or the password is wrong.")).toBeVisible();
	await change("Enable");
	await expect(line).not.toContainText("Disabled");
	await signIn(theirs, "Charlie the sixth", password);
	await expect(theirs.getByRole("heading", { name: "No projects yet" })).toBeVisible();
});

test("an administrator makes another with their own password, and takes it back", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of (401|422)/);
	await guest(world, people, "Charlie the seventh");
	const page = await world.open(people.alice, "/admin");
	await page.getByPlaceholder("Search by name or e-mail").fill("charlie-the-seventh");
	const line = page.getByRole("list", { name: "People" }).getByRole("listitem");
	await expect(line).toHaveCount(1);
	const ask = async (what: string) => {
		await line.getByRole("button", { name: /^Actions for/ }).click();
		await page.getByRole("menuitem", { name: what }).click();
	};
	const dialog = page.getByRole("dialog");
	await ask("Make administrator");
	const confirm = dialog.getByRole("button", { name: "Make administrator" });
	await expect(confirm).toBeDisabled();
	await dialog.getByLabel("Your password").fill("not this one");
	await confirm.click();
	await expect(dialog.getByText("This is not your password.")).toBeVisible();
	await dialog.getByLabel("Your password").fill(password);
	await confirm.click();
	await expect(dialog).toHaveCount(0);
	await expect(line).toContainText("Administrator");
	// A link for another administrator's password gives all that they may.
	await ask("Link for a new password");
	const make = dialog.getByRole("button", { name: "Make the link" });
	await expect(make).toBeDisabled();
	await dialog.getByLabel("Your password").fill("not this one");
	await make.click();
	await expect(dialog.getByText("This is not your password.")).toBeVisible();
	await dialog.getByLabel("Your password").fill(password);
	await make.click();
	await expect(dialog.getByLabel("Link")).toHaveValue(/\/reset-password#/);
	await page.keyboard.press("Escape");
	await ask("Take administrator rights");
	await dialog.getByRole("button", { name: "Take administrator rights" }).click();
	await expect(line).not.toContainText("Administrator");
});

test("who is no administrator finds no administration", async ({ world, people }) => {
	const page = await world.open(people.bob, "/admin");
	await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
	await page.getByRole("button", { name: "Bob" }).click();
	await expect(page.getByRole("menuitem", { name: "Account settings" })).toBeVisible();
	await expect(page.getByRole("menuitem", { name: "Administration" })).toHaveCount(0);
});

test("changes that nobody sees yet are counted in the tab's title", async ({ world, people }) => {
	const project = await makeProject(people, { name: "Quiet room" });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page).toHaveTitle("Quiet room · Boardcast");
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	const hide = (hidden: boolean) =>
		page.evaluate((value) => {
			Object.defineProperty(document, "hidden", { value, configurable: true });
			document.dispatchEvent(new Event("visibilitychange"));
		}, hidden);
	await hide(true);
	await makeTask(people.alice, project, "One");
	await makeTask(people.bob, project, "My own does not count");
	await makeTask(people.alice, project, "Two");
	await expect(page).toHaveTitle("(2) Quiet room · Boardcast");
	await hide(false);
	await expect(page).toHaveTitle("Quiet room · Boardcast");
});
