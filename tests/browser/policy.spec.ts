// What administrators decide for the whole server: the form, what the page hides then, and a second factor that is required.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { choose } from "./support/fields";
import { type Person, password } from "./support/people";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";
import { codeOf } from "./support/totp";

const pictures = process.env["POLICY_PICTURES"];

/** For a look at it by hand, when it is asked for. */
async function picture(page: Page, name: string): Promise<void> {
	if (!pictures) return;
	for (const [colorScheme, width] of [
		["light", 1280],
		["dark", 1280],
		["light", 390],
	] as const) {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width, height: 844 });
		await page.screenshot({ path: `${pictures}/${name}-${colorScheme}-${width}.png` });
	}
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 1280, height: 800 });
}

/** Goes through the dialog that sets up two-step sign-in. Answers its key. */
async function setUp(page: Page): Promise<string> {
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Current password").fill(password);
	await dialog.getByRole("button", { name: "Continue" }).click();
	const key = await dialog.getByLabel("Key").inputValue();
	await dialog.getByLabel("Code", { exact: true }).fill(codeOf(key));
	await dialog.getByRole("button", { name: "Turn on" }).click();
	await expect(dialog.getByRole("list", { name: "Recovery codes" })).toBeVisible();
	await dialog.getByRole("button", { name: "I keep them" }).click();
	return key;
}

function field(page: Page, label: string) {
	return page.getByRole("combobox", { name: label });
}

async function save(page: Page): Promise<void> {
	await page.getByRole("button", { name: "Save the policy" }).click();
	await expect(page.getByText("The policy is changed")).toBeVisible();
}

test("what administrators keep to themselves is hidden from others, and explained", async ({ world }) => {
	const { people } = await world.another();
	const { alice, charlie } = people;
	const admin = await world.open(alice, "/admin/policy");
	await expect(admin.getByRole("heading", { name: "Policy" })).toBeVisible();
	const button = admin.getByRole("button", { name: "Save the policy" });
	await expect(button).toBeDisabled();
	for (const label of [
		"Who creates projects",
		"Who invites people without an account",
		"Who makes API tokens",
	]) {
		await choose(field(admin, label), "Administrators only");
	}
	await save(admin);
	await expect(button).toBeDisabled();
	await admin.reload();
	await expect(field(admin, "Who makes API tokens")).toHaveText("Administrators only");
	await axeFindsNothing(admin);
	await picture(admin, "policy");

	const home = await world.open(charlie, "/");
	await expect(home.getByText("On this server only administrators create projects.")).toBeVisible();
	const main = home.getByRole("main");
	await expect(main.getByRole("button")).toHaveCount(0);
	await expect(main.getByRole("link", { name: "Import" })).toHaveCount(0);
	await axeFindsNothing(home);
	await picture(home, "home");
	await home.setViewportSize({ width: 1280, height: 800 });
	await home.getByRole("button", { name: "New project" }).click();
	const told = home.getByRole("dialog");
	await expect(told).toContainText("only administrators create projects");
	await expect(told.getByRole("textbox")).toHaveCount(0);
	await axeFindsNothing(home);
	await home.goto("/account/tokens");
	await expect(home.getByText("On this server only administrators make API tokens.")).toBeVisible();
	await expect(home.getByRole("button", { name: "New token" })).toHaveCount(0);
	await picture(home, "tokens");

	// An administrator sees all of it as before.
	await admin.goto("/");
	await expect(admin.getByRole("main").getByRole("button", { name: "Create a project" })).toBeVisible();
});

test("an invitation of others takes only people with an account, and says so", async ({ world }) => {
	const { people } = await world.another();
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { charlie: null });
	await alice.api.patch("/admin/policy", { invite_people: "administrators" });
	const members = await world.open(bob, `/p/${project.key}/members`);
	await members.getByRole("button", { name: "Invite" }).click();
	const dialog = members.getByRole("dialog");
	await expect(dialog.getByText("only administrators bring in people who have none")).toBeVisible();
	await dialog.getByRole("button", { name: "Create the link" }).click();
	const link = await dialog.getByLabel("Invitation link").inputValue();
	await axeFindsNothing(members);
	await picture(members, "invite");
	await dialog.getByRole("button", { name: "Done" }).click();
	await expect(members.getByText("Only for people who have an account.")).toBeVisible();

	const stranger = await world.open(null, link);
	await expect(stranger.getByText("It is for people who have an account on this server.")).toBeVisible();
	await expect(stranger.getByLabel("Your name")).toHaveCount(0);
	await axeFindsNothing(stranger);
	await picture(stranger, "stranger");
	const joining = await world.open(charlie, link);
	await joining.getByRole("button", { name: "Join as Charlie" }).click();
	await expect(joining).toHaveURL(new RegExp(`/p/${project.key}/board`));
});

test("a second factor that is required leads to its set-up, and to nothing else before", async ({
	world,
}) => {
	// The stream and what the page asks for meanwhile are refused.
	world.expectTrouble(/status of 403/);
	const { alice, bob } = (await world.another()).people;
	const admin = await world.open(alice, "/admin/policy");
	await choose(field(admin, "Who has to use two-step sign-in"), "Everyone");
	await expect(admin.getByText("so that you do not lock yourself out")).toBeVisible();
	await expect(admin.getByRole("button", { name: "Save the policy" })).toBeDisabled();
	await axeFindsNothing(admin);
	await picture(admin, "own-first");
	await admin.getByRole("link", { name: "Open my account" }).click();
	await admin.getByRole("button", { name: "Turn on two-step sign-in" }).click();
	await setUp(admin);

	const open = await world.open(bob, "/");
	await expect(open.getByRole("heading", { name: "All projects" })).toBeVisible();
	await admin.goto("/admin/policy");
	await choose(field(admin, "Who has to use two-step sign-in"), "Everyone");
	await save(admin);
	// The page that is open learns of it, without a reload.
	await expect(open.getByRole("heading", { name: "Set up two-step sign-in" })).toBeVisible();
	await axeFindsNothing(open);
	await picture(open, "required");
	await open.goto("/account/tokens");
	await expect(open.getByRole("heading", { name: "Set up two-step sign-in" })).toBeVisible();
	await signInAgain(open, bob);
	await expect(open.getByRole("heading", { name: "Set up two-step sign-in" })).toBeVisible();
	await open.getByRole("button", { name: "Set it up" }).click();
	const key = await setUp(open);
	await expect(open.getByRole("heading", { name: "Set up two-step sign-in" })).toHaveCount(0);
	await expect(open.getByRole("heading", { name: "No projects yet" })).toBeVisible();

	// New recovery codes, while it stays on.
	await open.goto("/account");
	await open.getByRole("button", { name: "New recovery codes" }).click();
	const dialog = open.getByRole("dialog");
	await dialog.getByLabel("Current password").fill(password);
	await dialog.getByLabel("Code", { exact: true }).fill(codeOf(key, 1));
	await axeFindsNothing(open);
	await picture(open, "new-codes");
	await dialog.getByRole("button", { name: "Make new codes" }).click();
	await expect(dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem")).toHaveCount(10);
	await dialog.getByRole("button", { name: "I keep them" }).click();
	await expect(open.getByText("10 recovery codes are left.")).toBeVisible();
	await picture(open, "two-step");
});

async function signInAgain(page: Page, person: Person): Promise<void> {
	await page.getByRole("button", { name: "Sign out" }).click();
	await page.getByLabel("E-mail").fill(person.email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
}
