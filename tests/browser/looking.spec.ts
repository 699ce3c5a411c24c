// Who looks at a task has read what is told of it: nothing of it is left at the bell, or mailed.
import type { Page } from "@playwright/test";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

const say = (person: Person, project: Project, body: string, task = 1) =>
	person.api.post(`/projects/${project.id}/tasks/${project.key}-${task}/comments`, { body });

async function unread(person: Person): Promise<number> {
	return (await person.api.get<{ unread_count: number }>("/me/notifications")).unread_count;
}

/** No news of before, and none of tasks of other tests that are due: once a minute the server reminds people of those. */
async function quiet(person: Person): Promise<void> {
	const off = { page: false };
	await person.api.patch("/me/notification-settings", { due: off, overdue: off });
	await person.api.put("/me/notifications/read", {});
}

const bell = (page: Page) => page.getByRole("link", { name: /^Notifications/ }).first();

const show = (page: Page, shown: boolean) =>
	page.evaluate((hidden) => {
		Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	}, !shown);

test("what comes while the task is open is read, in all tabs, and what is about another one is not", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	await quiet(alice);
	const project = await makeProject(people);
	await makeTask(alice, project, "Open");
	await makeTask(alice, project, "Closed");
	await say(bob, project, "Before");
	await expect.poll(() => unread(alice)).toBe(1);
	const context = await world.browser(alice);
	const [page, other] = [await context.newPage(), await context.newPage()];
	await other.goto("/notifications");
	await expect(bell(other)).toHaveAccessibleName("Notifications, 1 unread");
	await page.goto(`/p/${project.key}/board/1`);
	await expect.poll(() => unread(alice)).toBe(0);
	await expect(bell(other)).toHaveAccessibleName("Notifications");

	await say(bob, project, "Meanwhile");
	await expect(page.getByRole("region", { name: "Comments" })).toContainText("Meanwhile");
	await expect.poll(() => unread(alice)).toBe(0);
	await expect(other.getByRole("main").getByRole("listitem").first()).toContainText("Meanwhile");
	await expect(bell(other)).toHaveAccessibleName("Notifications");
	await expect(page.locator(".toast")).toHaveCount(0);

	await say(bob, project, "Elsewhere", 2);
	await expect(bell(other)).toHaveAccessibleName("Notifications, 1 unread");
	await expect.poll(() => unread(alice)).toBe(1);
});

test("nobody looks at a hidden tab: they are read when it is shown again", async ({ world, people }) => {
	const { bob, charlie } = people;
	await quiet(bob);
	const project = await makeProject(people);
	await makeTask(bob, project, "Hidden");
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	await expect(page.locator(".pill")).toContainText("Live");
	// That Bob was added to the project is news as well, and is read with the page.
	await expect.poll(() => unread(bob)).toBe(0);
	await show(page, false);
	await say(charlie, project, "Are you there?");
	await expect(page.getByRole("region", { name: "Comments" })).toContainText("Are you there?");
	await expect(page).toHaveTitle(/^\(1\) /);
	await expect.poll(() => unread(bob)).toBe(1);
	// Long enough for a request that must not come.
	await page.waitForTimeout(500);
	expect(await unread(bob)).toBe(1);
	await show(page, true);
	await expect.poll(() => unread(bob)).toBe(0);
	await expect(page).toHaveTitle(/^[^(]/);
});
