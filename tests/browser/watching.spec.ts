// Who is told of what is said: the bell, watching a task, muting a project, and each person's own settings.
import { axe } from "./support/axe";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

interface Comment {
	id: string;
}

function say(person: Person, project: Project, body: string): Promise<Comment> {
	return person.api.post<Comment>(`/projects/${project.id}/tasks/${project.key}-1/comments`, { body });
}

test("comments are told in one bundle, and a press leads to the first unread one", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Told");
	const page = await world.open(people.alice, "/notifications");
	const first = await say(people.bob, project, "One **word**");
	await say(people.bob, project, "Another");
	await say(people.charlie, project, "And a third");
	const line = page.getByRole("listitem").filter({ hasText: `3 comments on ${project.key}-1` });
	await expect(line).toContainText("Charlie: And a third");
	await line.getByRole("link").click();
	await expect(page).toHaveURL(`/p/${project.key}/board/1#comment-${first.id}`);
	await expect(page.locator("[data-marked]")).toContainText("One word");
	await page.goto("/notifications");
	await expect(line).toHaveCount(0);
	await expect(
		page.getByRole("listitem").filter({ hasText: `Bob commented on ${project.key}-1` }),
	).toHaveCount(2);
});

test("who is mentioned hears of it, in words and at the place", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Called");
	const page = await world.open(people.charlie, "/");
	await expect(page.locator(".pill")).toContainText("Live");
	const comment = await say(people.bob, project, `Look, [@Charlie](mention:${people.charlie.id})!`);
	const toast = page.locator(".toast").filter({ hasText: `Bob mentioned you on ${project.key}-1` });
	await expect(toast).toContainText("Look, @Charlie!");
	await toast.getByRole("link", { name: "Open the task" }).click();
	await expect(page).toHaveURL(`/p/${project.key}/board/1#comment-${comment.id}`);
});

test("a task is watched by those who have to do with it, until they say otherwise", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Watched");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const watch = page.getByRole("button", { name: "Watch", exact: true });
	const watching = page.getByRole("button", { name: "Watching" });
	await expect(watch).toHaveAttribute("aria-pressed", "false");
	const field = page.getByRole("textbox", { name: "Write a comment" });
	await field.fill("Here I am");
	await field.press("Control+Enter");
	await expect(watching).toHaveAttribute("aria-pressed", "true");
	await expect(page.locator(".task-watch")).toContainText("you commented");
	await watching.click();
	await expect(watch).toBeVisible();
	await page.reload();
	await expect(watch).toBeVisible();
	const path = `/projects/${project.id}/tasks/${project.key}-1/watch`;
	expect(await people.bob.api.get(path)).toEqual({ watching: false });
});

test("a project is muted in its settings, by whoever wants it", async ({ world, people }) => {
	const project = await makeProject(people, { charlie: "viewer" });
	const page = await world.open(people.charlie, `/p/${project.key}/settings`);
	await page.getByRole("button", { name: "Mute", exact: true }).click();
	await expect(page.getByRole("heading", { name: "This project is muted for you" })).toBeVisible();
	await expect.poll(() => people.charlie.api.get(`/projects/${project.id}/mute`)).toEqual({ muted: true });
	await page.reload();
	await page.getByRole("button", { name: "Unmute" }).click();
	await expect.poll(() => people.charlie.api.get(`/projects/${project.id}/mute`)).toEqual({ muted: false });
});

test("each person says of what they are told, and what the server does not have cannot be chosen", async ({
	world,
	people,
}) => {
	const page = await world.open(people.charlie, "/account/notifications");
	const box = (name: string) => page.getByRole("checkbox", { name });
	const here = box("Somebody comments on a task that you watch: Here");
	await expect(here).toBeChecked();
	await here.uncheck();
	await expect
		.poll(async () => {
			const now = await people.charlie.api.get<{ commented: { page: boolean } }>("/me/notification-settings");
			return now.commented.page;
		})
		.toBe(false);
	await page.reload();
	await expect(here).not.toBeChecked();
	await here.check();
	await expect(box("Somebody mentions you: Push")).toBeChecked();
	await expect(box("Somebody mentions you: E-mail")).toBeDisabled();
	await expect(page.getByText("This server does not send e-mail.")).toBeVisible();
	await expect(page.getByText("Push reaches no device of yours yet")).toBeVisible();
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		const { violations } = await axe(page);
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
});
