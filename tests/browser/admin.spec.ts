// The administrators' console: what was done, whose projects there are, how the instance is set, and whose sessions end.
import { axeFindsNothing } from "./support/axe";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

test("the audit log tells who did what, is narrowed, and taken along", async ({ world }) => {
	const { people } = await world.another();
	const { alice, bob } = people;
	const project = await makeProject(people, { name: "Secret plans" });
	await bob.api.post("/tokens", { name: "Deploys", scopes: ["read"] });
	await alice.api.put(`/projects/${project.id}/members/${bob.id}`, { role: "viewer" });
	const page = await world.open(alice, "/admin");
	await page.getByRole("navigation", { name: "Parts of the administration" }).getByText("Audit").click();
	await expect(page).toHaveURL(/\/admin\/audit$/);
	const lines = page.getByRole("list", { name: "Audit log" }).getByRole("listitem");
	await expect(lines.first()).toContainText("Role changed");
	await expect(lines.first()).toContainText("from: manager, to: viewer");
	await expect(lines.first()).toContainText("about Bob");
	await expect(lines.nth(1)).toContainText(/Token made.*Bob.*about Deploys/s);
	await expect(page.getByRole("main")).not.toContainText("Secret plans");

	await lines
		.nth(1)
		.getByRole("button", { name: /^Narrow by entry/ })
		.click();
	await page.getByRole("menuitem", { name: "Only what Bob did" }).click();
	await expect(lines).toHaveCount(2);
	await expect(page.getByRole("status").filter({ hasText: "what Bob did" })).toBeVisible();
	await page.getByLabel("What was done").click();
	await page.getByRole("option", { name: "Signed up" }).click();
	await expect(lines).toHaveCount(1);
	const link = page.getByRole("link", { name: "As a table (CSV)" });
	await expect(link).toHaveAttribute("href", new RegExp(`format=csv&act=sign_up&actor=${bob.id}$`));
	const download = page.waitForEvent("download");
	await link.click();
	expect((await download).suggestedFilename()).toBe("audit.csv");
	await page.getByRole("button", { name: "Show everything" }).click();
	await page.getByLabel("From", { exact: true }).fill("tomorrow");
	await page.keyboard.press("Enter");
	await expect(page.getByText("Nothing fits.")).toBeVisible();
});

test("an administrator makes an account, and ends a session", async ({ world }) => {
	world.expectTrouble(/status of 401/);
	const { people } = await world.another();
	const { alice, bob } = people;
	const theirs = await world.open(bob, "/");
	await expect(theirs.getByRole("heading", { name: "No projects yet" })).toBeVisible();
	const page = await world.open(alice, "/admin");
	await page.getByRole("button", { name: "New account" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("Bob the second");
	await dialog.getByLabel("E-mail").fill("bob-the-second@example.com");
	await dialog.getByRole("button", { name: "Make the account" }).click();
	await expect(dialog.getByLabel("Link")).toHaveValue(/\/reset-password#/);
	await page.keyboard.press("Escape");
	await expect(page.getByRole("list", { name: "People" })).toContainText("bob-the-second@example.com");

	await page.getByRole("button", { name: "Actions for Bob", exact: true }).click();
	await page.getByRole("menuitem", { name: "Sessions and tokens" }).click();
	const sessions = dialog.getByRole("list", { name: "Sessions" }).getByRole("listitem");
	await expect(sessions.first()).toBeVisible();
	for (let left = await sessions.count(); left > 0; left--) {
		await sessions
			.first()
			.getByRole("button", { name: /^End the session/ })
			.click();
		await expect(sessions).toHaveCount(left - 1);
	}
	await expect(dialog.getByText("Signed in nowhere.")).toBeVisible();
	await expect(theirs).toHaveURL(/\/sign-in/);
});

test("an administrator sees whose projects there are, and deletes one without seeing it", async ({
	world,
}) => {
	world.expectTrouble(/status of 422/);
	const { people } = await world.another();
	const { alice, bob } = people;
	const made = await bob.api.post<{ id: string }>("/projects", { name: "Secret plans", template: "basic" });
	const page = await world.open(alice, "/admin/projects");
	const lines = page.getByRole("list", { name: "Projects", exact: true }).getByRole("listitem");
	const line = lines.filter({ hasText: made.id });
	await expect(line).toContainText("A project of Bob");
	await expect(line).toContainText("1 member");
	await expect(page.getByRole("main")).not.toContainText("Secret plans");
	const ask = async (what: string) => {
		await line.getByRole("button", { name: /^Actions for/ }).click();
		await page.getByRole("menuitem", { name: what }).click();
	};
	const dialog = page.getByRole("dialog");
	await ask("Archive");
	await dialog.getByRole("button", { name: "Archive" }).click();
	await expect(line).toContainText("Archived");
	await ask("Delete the project");
	const confirm = dialog.getByRole("button", { name: "Delete the project" });
	await expect(confirm).toBeDisabled();
	await dialog.getByLabel("Your password").fill("not this one");
	await confirm.click();
	await expect(dialog.getByText("This is not your password.")).toBeVisible();
	await dialog.getByLabel("Your password").fill("correct-horse-battery");
	await confirm.click();
	await expect(line).toHaveCount(0);
	const { items } = await bob.api.get<{ items: { id: string }[] }>("/trash");
	expect(items.map(({ id }) => id)).toEqual([made.id]);
});

test("the instance says how it is set, and what waits", async ({ world, people }) => {
	const page = await world.open(people.alice, "/admin/instance");
	await expect(page.getByText("SQLite, ")).toBeVisible();
	const settings = page.getByRole("region", { name: "All settings" }).getByRole("row");
	await expect(settings.filter({ hasText: "mail-delay" })).toContainText(/120\s*default/);
	await expect(settings.filter({ hasText: "boardcast-browser-" })).toContainText("command line");
	await expect(page.getByRole("region", { name: "Last runs" }).getByRole("row").nth(1)).toBeVisible();
});

test("nobody else sees any of it", async ({ world, people }) => {
	for (const part of ["projects", "audit", "instance", "mails"]) {
		const page = await world.open(people.bob, `/admin/${part}`);
		await expect(page.getByText("There is no such page")).toBeVisible();
	}
	for (const path of ["/admin/audit", "/admin/instance", "/admin/webhooks"]) {
		await expect(people.bob.api.get(path)).rejects.toThrow(/404/);
	}
});

test("axe finds nothing in it", async ({ world }) => {
	test.setTimeout(180_000);
	const { people } = await world.another();
	const project = await makeProject(people);
	await people.alice.api.post(`/projects/${project.id}/webhooks`, {
		url: "https://hooks.invalid/x",
		active: false,
	});
	const page = await world.open(people.alice, "/admin");
	const parts = {
		"/admin": "People",
		"/admin/projects": "Projects",
		"/admin/audit": "Audit log",
		"/admin/instance": "This instance",
	};
	for (const [path, heading] of Object.entries(parts)) {
		await axeFindsNothing(page, async () => {
			await page.goto(path);
			await expect(page.getByRole("main").getByRole("heading", { name: heading, exact: true })).toBeVisible();
		});
	}
});
