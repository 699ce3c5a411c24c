// A forgotten password: the link that an administrator makes, and what the page says where no mail is sent.
import { expect, test } from "./support/test";

test("an administrator's link gives a new password, once", async ({ world }) => {
	world.expectTrouble(/status of (401|404|422)/);
	const { people } = await world.another();
	const { bob } = people;
	const there = await world.open(bob, "/");
	await expect(there.getByRole("heading", { name: "No projects yet" })).toBeVisible();

	const admin = await world.open(people.alice, "/admin");
	await admin.getByLabel("Search by name or e-mail").fill(bob.email);
	await admin.getByRole("button", { name: "Actions for Bob" }).click();
	await admin.getByRole("menuitem", { name: "Link for a new password" }).click();
	const dialog = admin.getByRole("dialog", { name: "A new password for Bob" });
	await dialog.getByRole("button", { name: "Make the link" }).click();
	const link = await dialog.getByLabel("Link").inputValue();
	expect(link).toMatch(/\/reset-password#[\w-]{43}$/);

	const forgetful = await world.open(null, `${bob.api.url}/sign-in`);
	await forgetful.getByRole("link", { name: "Forgot your password?" }).click();
	await expect(forgetful.getByText("This server sends no mail.")).toBeVisible();
	const open = async (page: typeof forgetful, password: string) => {
		await page.goto(link);
		await page.reload();
		await page.getByLabel("New password").fill(password);
		await page.getByRole("button", { name: "Take this password" }).click();
	};
	await open(forgetful, "iloveyou1");
	await expect(forgetful.getByText(/one of those|easy|guess/)).toBeVisible();
	await open(forgetful, "another-orchid-lantern-9");
	await expect(forgetful).toHaveURL(/\/sign-in$/);
	await forgetful.getByLabel("E-mail").fill(bob.email);
	await forgetful.getByLabel("Password").fill("another-orchid-lantern-9");
	await forgetful.getByRole("button", { name: "Sign in" }).click();
	await expect(forgetful.getByRole("heading", { name: "No projects yet" })).toBeVisible();
	// Who was signed in with the old one is out.
	await there.reload();
	await expect(there).toHaveURL(/\/sign-in$/);

	const late = await world.open(null, `${bob.api.url}/sign-in`);
	await open(late, "a-third-orchid-lantern-7");
	await expect(late.getByText("This link does not work any more")).toBeVisible();
});
