// People come in, change what they may do, and go; every page that is open follows at once.

import type { Page } from "@playwright/test";
import { choose } from "./support/fields";
import { password } from "./support/people";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("somebody new joins by a link, which then works no more", async ({ world, people }) => {
	world.expectTrouble(/status of 404/);
	const project = await makeProject(people, { bob: null, charlie: null });
	const hers = await world.open(people.alice, `/p/${project.key}/members`);
	await hers.getByRole("button", { name: "Invite", exact: true }).click();
	await choose(hers.getByRole("dialog").getByLabel("They join as"), "Viewer");
	await hers.getByRole("button", { name: "Create the link" }).click();
	const link = await hers.getByLabel("Invitation link").inputValue();
	await expect(hers.getByText("Who opens it joins as viewer.")).toBeVisible();
	await hers.getByRole("button", { name: "Done" }).click();
	await expect(hers.getByText("For anybody with the link")).toBeVisible();

	const theirs = await world.open(null, link);
	await expect(theirs.getByText("Alice invites you as viewer.")).toBeVisible();
	await theirs.getByLabel("Your name").fill("Charlie");
	await theirs.getByLabel("E-mail").fill(`charlie-${project.key.toLowerCase()}@example.com`);
	await theirs.getByLabel("Password").fill(password);
	await theirs.getByRole("button", { name: "Create an account" }).click();
	await expect(theirs).toHaveURL(`/p/${project.key}/board`);
	await expect(hers.locator(".toast").filter({ hasText: "Charlie joined" })).toBeVisible();
	await expect(hers.getByLabel("Role of Charlie")).toHaveText("Viewer");
	await expect(hers.getByText("No open invitations.")).toBeVisible();

	const late = await world.open(null, link);
	await expect(
		late.getByRole("heading", {
			name: "This invitation does not work any more",
		}),
	).toBeVisible();
});

test("several people join by one link, which says how many it took", async ({ world, people }) => {
	world.expectTrouble(/status of 404/);
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { bob: null, charlie: null });
	const hers = await world.open(alice, `/p/${project.key}/members`);
	await hers.getByRole("button", { name: "Invite", exact: true }).click();
	const dialog = hers.getByRole("dialog");
	await expect(dialog.getByLabel("For whom")).toBeVisible();
	await choose(dialog.getByLabel("Who may join by it"), "5 people");
	await expect(dialog.getByLabel("For whom")).toHaveCount(0);
	await dialog.getByRole("button", { name: "Create the link" }).click();
	await expect(dialog.getByText("The first 5 people who open it join as editor.")).toBeVisible();
	const link = await dialog.getByLabel("Invitation link").inputValue();
	await dialog.getByRole("button", { name: "Done" }).click();
	const line = hers.locator(".rows").last().getByRole("listitem");
	await expect(line).toContainText("For 5 people");
	await expect(line).toContainText("0 of 5 joined");

	const his = await world.open(bob, link);
	await his.getByRole("button", { name: "Join as Bob" }).click();
	await expect(his).toHaveURL(`/p/${project.key}/board`);
	await expect(line).toContainText("1 of 5 joined");
	const theirs = await world.open(charlie, link);
	await theirs.getByRole("button", { name: "Join as Charlie" }).click();
	await expect(line).toContainText("2 of 5 joined");

	// The person whom Alice removes does not come back by the link that the others still use.
	await alice.api.delete(`/projects/${project.id}/members/${charlie.id}`);
	await expect(theirs).toHaveURL("/");
	const again = await world.open(charlie, link);
	await again.getByRole("button", { name: "Join as Charlie" }).click();
	await expect(again.getByRole("heading", { name: "This invitation does not work any more" })).toBeVisible();
	await line.getByRole("button", { name: "Take back: For 5 people" }).click();
	await expect(hers.getByText("No open invitations.")).toBeVisible();
	const late = await world.open(null, link);
	await expect(late.getByRole("heading", { name: "This invitation does not work any more" })).toBeVisible();
});

test("somebody with an account signs in to accept; the secret stays behind the #", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people, { bob: null });
	const path = `/projects/${project.id}/invitations`;
	const { secret } = await alice.api.post<{ secret: string }>(path, {
		role: "editor",
	});
	const wire = await world.relay();
	const page = await world.open(null, `${wire.url}/invite#${secret}`);
	const asked: string[] = [];
	page.on("request", (request) =>
		asked.push(new URL(request.url()).pathname + new URL(request.url()).search),
	);
	await page.getByRole("link", { name: "Sign in to accept" }).click();
	await page.reload();
	await page.getByLabel("E-mail").fill(bob.email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.getByRole("button", { name: "Join as Bob" }).click();
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/board$`));
	expect(asked.filter((line) => line.includes(secret))).toEqual([]);
});

test("a link that is taken back works no more", async ({ world, people }) => {
	world.expectTrouble(/status of 404/);
	const project = await makeProject(people);
	const path = `/projects/${project.id}/invitations`;
	const email = "guest@example.com";
	const { secret } = await people.alice.api.post<{ secret: string }>(path, {
		role: "editor",
		email,
	});
	const page = await world.open(people.alice, `/p/${project.key}/members`);
	await page.getByRole("button", { name: `Take back: For ${email}` }).click();
	await expect(page.getByText("No open invitations.")).toBeVisible();
	const guest = await world.open(null, `/invite#${secret}`);
	await expect(
		guest.getByRole("heading", {
			name: "This invitation does not work any more",
		}),
	).toBeVisible();
});

test("a new role changes the page of the person who has it", async ({ world, people }) => {
	const project = await makeProject(people, { charlie: "editor" });
	await makeTask(people.alice, project, "Choose a name");
	const theirs = await world.open(people.charlie, `/p/${project.key}/members`);
	await expect(theirs.getByRole("heading", { name: "3 people" })).toBeVisible();
	const hers = await world.open(people.alice, `/p/${project.key}/members`);
	await choose(hers.getByLabel("Role of Charlie"), "Manager");
	await expect(theirs.getByRole("button", { name: "Invite", exact: true })).toBeVisible();
	// A manager touches nobody of the same or a higher role.
	await expect(theirs.getByLabel("Role of Bob")).toHaveCount(0);
	await expect(theirs.getByLabel("Role of Alice")).toHaveCount(0);
	await choose(hers.getByLabel("Role of Charlie"), "Viewer");
	await expect(theirs.getByRole("button", { name: "Invite", exact: true })).toHaveCount(0);
});

test("the last owner can neither step down nor leave, and is told why", async ({ world, people }) => {
	world.expectTrouble(/status of 409/);
	const project = await makeProject(people);
	const page = await world.open(people.alice, `/p/${project.key}/members`);
	await choose(page.getByLabel("Role of Alice"), "Editor");
	await expect(page.locator(".toast")).toContainText("A project needs an owner.");
	await expect(page.getByLabel("Role of Alice")).toHaveText("Owner");
	await page.getByRole("button", { name: "Leave the project" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("button", { name: "Leave the project" }).click();
	await expect(dialog.getByRole("alert")).toContainText("A project needs an owner.");
});

test("who leaves is at home, without being told of it as news", async ({ world, people }) => {
	const project = await makeProject(people, { name: "Short visit" });
	const page = await world.open(people.bob, `/p/${project.key}/members`);
	await page.getByRole("button", { name: "Leave the project" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Leave the project" }).click();
	await expect(page.getByText("You left “Short visit”")).toBeVisible();
	await expect(page).toHaveURL("/");
	await expect(page.getByText("You are no longer a member")).toHaveCount(0);
	await expect(page.getByRole("link", { name: /Short visit/ })).toHaveCount(0);
});

test("who is removed while the connection is down learns it when it is back", async ({ world, people }) => {
	world.expectTrouble(/./);
	const { alice, charlie } = people;
	const project = await makeProject(people, { name: "Night shift" });
	await makeTask(alice, project, "Count the stars");
	const browser = await world.browser(charlie);
	const page = await browser.newPage();
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByText("Count the stars")).toBeVisible();
	await browser.setOffline(true);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "offline");
	await alice.api.delete(`/projects/${project.id}/members/${charlie.id}`);
	await browser.setOffline(false);
	await expect(page.getByText(/no longer a member of “Night shift”/)).toBeVisible();
	await expect(page).toHaveURL("/");
	await expect(page.getByText("Count the stars")).toHaveCount(0);
});

test("who is added sees the project at once, wherever they are", async ({ world, people }) => {
	const { alice, bob, charlie } = people;
	await makeProject(people);
	const project = await makeProject(people, {
		charlie: null,
		name: "Surprise party",
	});
	const theirs = await world.open(charlie, "/account");
	await expect(theirs.locator(".pill")).toHaveAttribute("data-state", "live");
	const his = await world.open(bob, `/p/${project.key}/members`);
	await his.getByRole("button", { name: "Invite", exact: true }).click();
	await his.getByRole("option", { name: "Charlie", exact: true }).click();
	await expect(his.locator(".toast")).toContainText("Charlie was added");
	await expect(theirs.getByRole("link", { name: /Surprise party/ }).first()).toBeVisible();
	const toast = theirs.locator(".toast").filter({ hasText: "Bob added you to “Surprise party”" });
	await toast.getByRole("link", { name: "Open the project" }).click();
	await expect(theirs).toHaveURL(`/p/${project.key}/board`);
	expect(alice.id).not.toBe(bob.id);
});

test("two projects with one key have two addresses", async ({ world, people }) => {
	const { alice, bob } = people;
	const make = (person: typeof alice, name: string) =>
		person.api.post<{ id: string }>("/projects", {
			name,
			key: "TWIN",
			template: "basic",
		});
	const elder = await make(bob, "Elder twin");
	await make(alice, "Younger twin");
	await makeProject(people);
	await bob.api.put(`/projects/${elder.id}/members/${alice.id}`, {
		role: "editor",
	});
	const page = await world.open(alice, "/");
	for (const name of ["Elder twin", "Younger twin"]) {
		await page.goto("/");
		await page.getByRole("navigation", { name: "Projects" }).getByRole("link", { name }).click();
		for (const view of ["Timeline", "Members", "Board"]) {
			await page.getByRole("link", { name: view, exact: true }).click();
			await page.reload();
			await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
		}
	}
});

test("a changed key moves everybody who is there to the new address", async ({ world, people }) => {
	const project = await makeProject(people);
	const [hers, his] = await Promise.all([
		world.open(people.alice, `/p/${project.key}/settings`),
		world.open(people.bob, `/p/${project.key}/board`),
	]);
	await expect(his.getByRole("region", { name: "Column To do" })).toBeVisible();
	await hers.getByLabel("Key").fill(`${project.key}x`);
	await hers.getByRole("button", { name: "Save" }).click();
	await expect(hers).toHaveURL(`/p/${project.key}X/settings`);
	await expect(his).toHaveURL(`/p/${project.key}X/board`);
	await expect(his.getByRole("region", { name: "Column To do" })).toBeVisible();
});

test("two people who change one setting see each other's text before one replaces it", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 412/);
	const project = await makeProject(people);
	const [hers, his] = await Promise.all(
		[people.alice, people.bob].map((person) => world.open(person, `/p/${project.key}/settings`)),
	);
	if (!hers || !his) throw new Error("two pages were opened");
	const name = (page: Page) => page.getByLabel("Name", { exact: true });
	await name(his).fill("His name");
	await name(hers).fill("Her name");
	await hers.getByRole("button", { name: "Save" }).click();
	await expect(his.getByRole("heading", { level: 1 })).toHaveText("Her name");
	await expect(name(his)).toHaveValue("His name");
	await his.getByRole("button", { name: "Save" }).click();
	await expect(his.getByText(`${people.alice.name} changed this to “Her name”.`)).toBeVisible();
	await his.getByRole("button", { name: "Save" }).click();
	await expect(hers.getByRole("heading", { level: 1 })).toHaveText("His name");
});

test("archiving is undone with one press; deleting asks for the key, and others are told", async ({
	world,
	people,
}) => {
	const project = await makeProject(people, { name: "Old fair" });
	const [hers, his] = await Promise.all([
		world.open(people.alice, `/p/${project.key}/settings`),
		world.open(people.bob, `/p/${project.key}/timeline`),
	]);
	await hers.getByRole("button", { name: "Archive", exact: true }).click();
	await expect(hers.getByRole("heading", { name: "The project is archived" })).toBeVisible();
	await hers.locator(".toast").getByRole("button", { name: "Undo" }).click();
	await expect(hers.getByLabel("Name")).toBeVisible();

	await hers.getByRole("button", { name: "Delete", exact: true }).click();
	const confirm = hers.getByRole("dialog").getByRole("button", { name: "Delete the project" });
	await expect(confirm).toBeDisabled();
	await hers.getByLabel(`Type ${project.key} to confirm`).fill(project.key);
	await confirm.click();
	await expect(hers).toHaveURL("/");
	await expect(his.locator(".lost-projects")).toContainText("“Old fair” was deleted.");
	await expect(his).toHaveURL("/");
	await expect(hers.locator(".lost-projects")).toBeEmpty();
});

test("one dialog adds those of one's other projects and makes a link for others", async ({
	world,
	people,
}) => {
	await makeProject(people);
	const project = await makeProject(people, { bob: null, charlie: null });
	const page = await world.open(people.alice, `/p/${project.key}/members`);
	await expect(page.getByRole("heading", { name: "1 person" })).toBeVisible();
	await expect(page.getByText("Everything, also deleting the project")).toHaveCount(0);
	await page.getByRole("button", { name: "Invite", exact: true }).click();
	const dialog = page.getByRole("dialog");
	// What a role may do is said where it is chosen, and not in each line.
	await dialog.getByRole("combobox", { name: "They join as" }).click();
	await expect(page.getByRole("option", { name: "Viewer: Read only", exact: true })).toHaveCount(1);
	await page.keyboard.press("Escape");
	await expect(page.getByRole("listbox", { name: "They join as" })).toHaveCount(0);
	await expect(dialog, "Escape closes the list only").toBeVisible();
	await dialog.getByRole("option", { name: "Bob", exact: true }).click();
	await expect(page.getByText("Bob was added")).toBeVisible();
	await dialog.getByLabel("For whom").fill("nobody@example.com");
	await dialog.getByRole("button", { name: "Create the link" }).click();
	await expect(dialog.getByLabel("Invitation link")).toHaveValue(/\/invite#/);
	await dialog.getByRole("button", { name: "Done" }).click();
	await expect(page.getByText("For nobody@example.com")).toBeVisible();
	await expect(page.getByLabel("Role of Bob")).toHaveText("Editor");
});

test("in a project of one's own there is no dead end: the link is there at once", async ({ world }) => {
	const { people } = await world.another();
	const { alice } = people;
	const project = await alice.api.post<{ key: string }>("/projects", { name: "Alone", key: "ALONE" });
	const page = await world.open(alice, `/p/${project.key}/members`);
	await page.getByRole("button", { name: "Invite", exact: true }).click();
	await expect(page.getByRole("button", { name: "Create the link" })).toBeVisible();
	await expect(page.getByRole("combobox", { name: "Find a person" })).toHaveCount(0);
});

test("who is demoted is told by whom, and what is left to do", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	await expect(page.locator(".column").first()).toBeVisible();
	await people.alice.api.put(`/projects/${project.id}/members/${people.bob.id}`, { role: "viewer" });
	const toast = page.locator(".toast").filter({ hasText: "Alice made you viewer in this project." });
	await expect(toast).toContainText("What you may do now: read only.");
});

test("managers see addresses under the names, and the invited find theirs filled in", async ({
	world,
	people,
}) => {
	const project = await makeProject(people, { charlie: "viewer" });
	const page = await world.open(people.alice, `/p/${project.key}/members`);
	await expect(page.locator(".member").filter({ hasText: "Bob" })).toContainText(people.bob.email);
	const charlies = await world.open(people.charlie, `/p/${project.key}/members`);
	await expect(charlies.locator(".member").filter({ hasText: "Bob" })).toBeVisible();
	await expect(charlies.getByText(people.bob.email)).toHaveCount(0);

	const email = "guest@example.com";
	const path = `/projects/${project.id}/invitations`;
	const { secret } = await people.alice.api.post<{ secret: string }>(path, { role: "editor", email });
	const theirs = await (await world.browser(null)).newPage();
	await theirs.goto(`/invite#${secret}`);
	await expect(theirs.getByLabel("E-mail")).toHaveValue(email);
});
