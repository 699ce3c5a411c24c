// Two-step sign-in: turned on with an app, asked for at the sign-in, turned off by its person and by an administrator.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { type Person, password } from "./support/people";
import { expect, test, type World } from "./support/test";
import { codeOf } from "./support/totp";

/** Turns it on in the account. Answers the key and the recovery codes; the dialog that shows them is left open. */
async function turnOn(page: Page): Promise<{ key: string; codes: string[] }> {
	await page.getByRole("button", { name: "Turn on two-step sign-in" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Current password").fill(password);
	await dialog.getByRole("button", { name: "Continue" }).click();
	await expect(dialog.getByAltText("The key as a QR code")).toBeVisible();
	const key = await dialog.getByLabel("Key").inputValue();
	await dialog.getByLabel("Code", { exact: true }).fill(codeOf(key));
	await dialog.getByRole("button", { name: "Turn on" }).click();
	const items = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
	await expect(items).toHaveCount(10);
	return { key, codes: await items.allInnerTexts() };
}

async function enterPassword(world: World, person: Person): Promise<Page> {
	const page = await world.open(null, `${person.api.url}/sign-in`);
	await page.getByLabel("E-mail").fill(person.email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page.getByRole("heading", { name: "Two-step sign-in" })).toBeVisible();
	return page;
}

test("a code of the app completes a sign-in, once, and a recovery code does in its place", async ({
	world,
}) => {
	world.expectTrouble(/status of (401|422)/);
	const { bob } = (await world.another()).people;
	const page = await world.open(bob, "/account");
	await page.getByRole("button", { name: "Turn on two-step sign-in" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Current password").fill("not this one");
	await dialog.getByRole("button", { name: "Continue" }).click();
	await expect(dialog.getByText("This is not your current password.")).toBeVisible();
	await dialog.getByLabel("Current password").fill(password);
	await dialog.getByRole("button", { name: "Continue" }).click();
	const picture = dialog.getByAltText("The key as a QR code");
	await expect
		.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
		.toBeGreaterThan(100);
	const field = dialog.getByLabel("Code", { exact: true });
	await expect(field).toHaveAttribute("autocomplete", "one-time-code");
	await axeFindsNothing(page);
	const key = await dialog.getByLabel("Key").inputValue();
	const wrong = codeOf(key) === "000000" ? "000001" : "000000";
	await field.fill(wrong);
	await dialog.getByRole("button", { name: "Turn on" }).click();
	await expect(dialog.getByText("Is wrong, or was used already.")).toBeVisible();
	await field.fill(codeOf(key));
	await dialog.getByRole("button", { name: "Turn on" }).click();
	const items = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
	await expect(items).toHaveCount(10);
	const codes = await items.allInnerTexts();
	await axeFindsNothing(page);
	const [file] = await Promise.all([
		page.waitForEvent("download"),
		dialog.getByRole("button", { name: "Download" }).click(),
	]);
	const kept = await readFile(await file.path(), "utf8");
	expect(kept).toContain(bob.email);
	for (const code of codes) expect(kept).toContain(code);
	// On paper there are the codes, and nothing of what is around them.
	await page.emulateMedia({ media: "print" });
	await expect(page.getByText(codes[0] ?? "")).toBeVisible();
	await expect(page.getByText(`Recovery codes for ${bob.email}`)).toBeVisible();
	await expect(page.locator("button", { hasText: "Print" })).toBeHidden();
	await page.emulateMedia({ media: null });
	await dialog.getByRole("button", { name: "I keep them" }).click();
	await expect(page.getByText("10 recovery codes are left.")).toBeVisible();
	// This session went on, under a new id.
	await page.reload();
	await expect(page.getByRole("button", { name: "Turn off two-step sign-in" })).toBeVisible();

	const there = await enterPassword(world, bob);
	const asked = there.getByLabel("Code", { exact: true });
	await expect(asked).toBeFocused();
	await expect(asked).toHaveAttribute("autocomplete", "one-time-code");
	await axeFindsNothing(there);
	await asked.fill(wrong);
	await there.getByRole("button", { name: "Sign in", exact: true }).click();
	await expect(there.getByText("This code is wrong, or was used already.")).toBeVisible();
	await there.reload();
	// A page that was loaded anew asks for the password again.
	await expect(there.getByLabel("Password")).toBeVisible();

	const again = await enterPassword(world, bob);
	await again.getByLabel("Code", { exact: true }).fill(codeOf(key, 1));
	await again.getByRole("button", { name: "Sign in", exact: true }).click();
	await expect(again.getByRole("heading", { name: "No projects yet" })).toBeVisible();

	const lost = await enterPassword(world, bob);
	await lost.getByRole("button", { name: "Use a recovery code" }).click();
	await expect(lost.getByLabel("Recovery code")).toBeFocused();
	await axeFindsNothing(lost);
	await lost.getByLabel("Recovery code").fill(codes[0] ?? "");
	await lost.getByRole("button", { name: "Sign in", exact: true }).click();
	await expect(lost.getByRole("heading", { name: "No projects yet" })).toBeVisible();

	await page.reload();
	await expect(page.getByText("9 recovery codes are left.")).toBeVisible();
	await page.getByRole("button", { name: "Turn off two-step sign-in" }).click();
	await dialog.getByLabel("Current password").fill(password);
	await dialog.getByLabel("Code", { exact: true }).fill(codes[0] ?? "");
	await dialog.getByRole("button", { name: "Turn off" }).click();
	await expect(dialog.getByText("Is wrong, or was used already.")).toBeVisible();
	await axeFindsNothing(page);
	await dialog.getByLabel("Code", { exact: true }).fill(codes[1] ?? "");
	await dialog.getByRole("button", { name: "Turn off" }).click();
	await expect(page.getByRole("button", { name: "Turn on two-step sign-in" })).toBeVisible();
});

test("an administrator takes it off a person who lost everything", async ({ world }) => {
	world.expectTrouble(/status of (401|422)/);
	const { alice, bob } = (await world.another()).people;
	await turnOn(await world.open(bob, "/account"));
	const locked = await enterPassword(world, bob);
	const admin = await world.open(alice, "/admin");
	const line = admin.getByRole("listitem").filter({ hasText: bob.email });
	await expect(line).toContainText("two-step sign-in");
	await admin.getByRole("button", { name: "Actions for Bob" }).click();
	await admin.getByRole("menuitem", { name: "Turn off two-step sign-in" }).click();
	const dialog = admin.getByRole("dialog", { name: "Turn off two-step sign-in of Bob?" });
	await dialog.getByLabel("Your password").fill("not this one");
	await dialog.getByRole("button", { name: "Turn off two-step sign-in" }).click();
	await expect(dialog.getByText("This is not your password.")).toBeVisible();
	await axeFindsNothing(admin);
	await dialog.getByLabel("Your password").fill(password);
	await dialog.getByRole("button", { name: "Turn off two-step sign-in" }).click();
	await expect(line).not.toContainText("two-step sign-in");

	await locked.getByRole("button", { name: "Back to sign in" }).click();
	await locked.getByLabel("Password").fill(password);
	await locked.getByRole("button", { name: "Sign in", exact: true }).click();
	await expect(locked.getByRole("heading", { name: "No projects yet" })).toBeVisible();
});
