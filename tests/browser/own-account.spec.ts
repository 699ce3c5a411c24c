// One's own account: who signed in to it, and its end.
import { axeFindsNothing } from "./support/axe";
import { password } from "./support/people";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("the account page shows who signed in, and who was refused", async ({ world }) => {
	world.expectTrouble(/status of 401/);
	const { bob } = (await world.another()).people;
	const there = await world.open(null, `${bob.api.url}/sign-in`);
	await there.getByLabel("E-mail").fill(bob.email);
	await there.getByLabel("Password").fill("not this one");
	await there.getByRole("button", { name: "Sign in" }).click();
	await expect(there.getByText("The e-mail address or the password is wrong.")).toBeVisible();
	await there.getByLabel("Password").fill(password);
	await there.getByRole("button", { name: "Sign in" }).click();
	await expect(there.getByRole("heading", { name: "No projects yet" })).toBeVisible();

	const page = await world.open(bob, "/account/sessions");
	const lines = page.getByRole("list", { name: "Sign-ins" }).getByRole("listitem");
	await expect(lines).toHaveCount(3);
	await expect(lines.nth(0)).toContainText("by password");
	await expect(lines.nth(0)).toContainText("Chrome");
	await expect(lines.nth(0)).not.toContainText("Refused");
	await expect(lines.nth(1)).toContainText("Refused");
	await expect(lines.nth(1)).toContainText("127.0.0.1");
	await expect(lines.nth(2)).toContainText("the account was created");
	await axeFindsNothing(page);
});

test("an account is deleted when nobody needs it any more", async ({ world }) => {
	world.expectTrouble(/status of (401|409|422)/);
	const { people } = await world.another();
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(bob, project, "Water the roses", { assignee_ids: [bob.id] });
	const own = await bob.api.post<{ id: string; key: string }>("/projects", { name: "Compost" });
	await bob.api.put(`/projects/${own.id}/members/${alice.id}`, { role: "manager" });

	const page = await world.open(bob, "/account");
	await page.getByRole("button", { name: "Delete my account" }).click();
	const dialog = page.getByRole("dialog", { name: "Delete your account?" });
	const confirm = dialog.getByRole("button", { name: "Delete my account" });
	await dialog.getByLabel("Current password").fill("not this one");
	await confirm.click();
	await expect(dialog.getByText("This is not your current password.")).toBeVisible();
	await dialog.getByLabel("Current password").fill(password);
	await confirm.click();
	await expect(dialog.getByRole("link", { name: /Compost/ })).toBeVisible();
	await axeFindsNothing(page);
	await bob.api.put(`/projects/${own.id}/members/${alice.id}`, { role: "owner" });
	await confirm.click();
	await expect(page).toHaveURL(/\/sign-in$/);
	await expect(page.getByText("Your account is deleted")).toBeVisible();
	await page.getByLabel("E-mail").fill(bob.email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page.getByText("The e-mail address or the password is wrong.")).toBeVisible();

	const others = await world.open(alice, `/p/${project.key}/board`);
	await expect(others.getByText("Water the roses")).toBeVisible();
	await others.goto(`/p/${project.key}/members`);
	await expect(others.getByRole("listitem").filter({ hasText: "Bob" })).toHaveCount(0);
});
