// What happened: of a task in its dialog, and of the whole project, live and in words.
import type { Page } from "@playwright/test";
import type { Task } from "./support/api";
import { axeFindsNothing } from "./support/axe";
import { choose } from "./support/fields";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

const dialog = (page: Page) => page.getByRole("dialog");
const activity = (page: Page) => dialog(page).getByRole("region", { name: "Activity" });
const lines = (page: Page) => activity(page).locator(".activity-line");
const line = (page: Page, text: string | RegExp) => lines(page).filter({ hasText: text });
const show = (page: Page, what: "Activity" | "Comments") =>
	dialog(page).getByRole("radio", { name: what }).check({ force: true });
const at = (project: Project, path: string) => `/projects/${project.id}${path}`;

/** Bob and Charlie work on the first task; answers the id of its label. */
async function story(
	{ bob, charlie }: { bob: Person; charlie: Person },
	project: Project,
	task: { id: string },
): Promise<string> {
	const path = at(project, `/tasks/${task.id}`);
	await bob.api.put(`${path}/position`, { column_id: project.columns["Doing"] });
	const { id } = await bob.api.post<{ id: string }>(at(project, "/labels"), {
		name: "bug",
		colour: "#c0392b",
	});
	await charlie.api.put(`${path}/labels/${id}`);
	await charlie.api.patch(path, { due_on: "2030-12-04", description: "We paint it green" });
	await charlie.api.patch(path, { description: "We paint it blue, twice" });
	return id;
}

test("a task tells what happened to it in words, and goes on telling", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Paint the door");
	const label = await story(people, project, task);
	const page = await world.open(people.alice, `/p/${project.key}/board/1`);
	await show(page, "Activity");
	await expect(line(page, "Bob moved this from To do to Doing")).toBeVisible();
	await expect(line(page, "Charlie added the label bug")).toBeVisible();
	await expect(line(page, "set the due date to")).toHaveText(/4 Dec 2030|Dec 4, 2030/);
	await expect(lines(page).last()).toHaveText(/^Alice created this/);
	await expect(activity(page).locator(".activity-group")).toHaveCount(3);

	const edited = line(page, "edited the description");
	await edited.getByText("What changed").click();
	await expect(edited.locator("del")).toHaveText(["green"]);
	await expect(edited.locator("ins")).toHaveText(["blue, twice"]);

	// Another person goes on, in a browser of their own.
	const bob = await world.open(people.bob, `/p/${project.key}/board/1`);
	await bob.getByRole("textbox", { name: "Write a comment" }).fill("Which blue?");
	await bob.getByRole("textbox", { name: "Write a comment" }).press("Control+Enter");
	await expect(lines(page).first()).toContainText("Bob commented");
	await expect(lines(page).first()).toContainText("Which blue?");
	await people.alice.api.delete(at(project, `/labels/${label}`));
	await expect(lines(page).first()).toContainText("Alice deleted the label bug");
	await expect(line(page, "Charlie added a deleted label")).toBeVisible();
});

test("what a program did in a person's name says which program, apart from what the person did", async ({
	world,
	people,
}) => {
	const { alice } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint the door");
	const path = at(project, `/tasks/${task.id}`);
	const token = { name: "Night shift", scopes: ["read", "write"] };
	const { secret } = await alice.api.post<{ secret: string }>("/tokens", token);
	const answer = await fetch(`${alice.api.url}/api/v1${path}`, {
		method: "PATCH",
		headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
		body: JSON.stringify({ due_on: "2030-12-04" }),
	});
	expect(answer.status).toBe(200);
	const page = await world.open(alice, `/p/${project.key}/board/1`);
	await show(page, "Activity");
	await expect(lines(page).first()).toContainText("Alice via Night shift set the due date");
	await expect(lines(page).last()).toContainText("Alice created this");
	await expect(activity(page).locator(".activity-group")).toHaveCount(2);
});

test("all that a program did in one go is undone at once, and done again", async ({ world, people }) => {
	const { alice } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint the door");
	const token = { name: "Night shift", scopes: ["read", "write"] };
	const { secret } = await alice.api.post<{ secret: string }>("/tokens", token);
	const page = await world.open(alice, `/p/${project.key}/activity`);
	const all = page.getByRole("button", { name: /^Undo all/ });
	await expect(page.getByText("created").first()).toBeVisible();
	await expect(all).toHaveCount(0);
	for (const fields of [{ due_on: "2030-12-04" }, { title: "Paint the gate" }, { priority: "high" }]) {
		const answer = await fetch(`${alice.api.url}/api/v1${at(project, `/tasks/${task.id}`)}`, {
			method: "PATCH",
			headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
			body: JSON.stringify(fields),
		});
		expect(answer.status).toBe(200);
	}
	await expect(all).toHaveText("Undo all 3");
	await all.click();
	await expect(page.getByText("3 changes via Night shift")).toBeVisible();
	const read = async () => {
		const { title, due_on, priority } = await alice.api.get<Task>(at(project, `/tasks/${task.id}`));
		return { title, due_on, priority };
	};
	expect(await read()).toEqual({ title: "Paint the door", due_on: null, priority: "none" });
	await page.getByRole("button", { name: "Undo", exact: true }).click();
	await expect.poll(read).toEqual({ title: "Paint the gate", due_on: "2030-12-04", priority: "high" });
	// A choice of topics hides some of what a person did: one entry after the other is undone there.
	await page.goto(`/p/${project.key}/activity?about=tasks`);
	await expect(page.getByText("via Night shift").first()).toBeVisible();
	await expect(all).toHaveCount(0);
});

test("the choice is kept for the person, a link may ask for either, and the keys choose", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Paint the door");
	const context = await world.browser(people.alice);
	const page = await context.newPage();
	await page.goto(`/p/${project.key}/board/1`);
	await expect(dialog(page).getByRole("region", { name: "Comments" })).toBeVisible();
	await dialog(page).getByRole("radio", { name: "Comments" }).focus();
	await page.keyboard.press("ArrowRight");
	await expect(lines(page)).toHaveCount(1);
	await expect(dialog(page).getByRole("radio", { name: "Activity" })).toBeFocused();
	await page.reload();
	await expect(lines(page)).toHaveCount(1);
	await page.goto(`/p/${project.key}/board/1#comment-none`);
	await page.reload();
	await expect(dialog(page).getByRole("region", { name: "Comments" })).toBeVisible();

	const other = await world.open(people.bob, `/p/${project.key}/board/1#activity`);
	await expect(lines(other)).toHaveCount(1);
});

test("earlier entries come by pages, none is lost or doubled", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Paint the door");
	for (let turn = 1; turn <= 64; turn++)
		await people.alice.api.patch(at(project, `/tasks/${task.id}`), { title: `Title ${turn}` });
	const page = await world.open(people.alice, `/p/${project.key}/board/1#activity`);
	await expect(lines(page)).toHaveCount(30);
	const earlier = activity(page).getByRole("button", { name: "Show earlier" });
	await earlier.click();
	await expect(lines(page)).toHaveCount(60);
	await earlier.click();
	await expect(lines(page)).toHaveCount(65);
	await expect(earlier).toHaveCount(0);
	await expect(lines(page).last()).toContainText("Alice created this");
});

test("a viewer sees what happened, by day and person, filters it and opens a task from it", async ({
	world,
	people,
}) => {
	const project = await makeProject(people, { charlie: "editor", bob: "viewer" });
	const task = await makeTask(people.alice, project, "Paint the door");
	const others = [];
	for (const title of ["One", "Two", "Three"]) others.push(await makeTask(people.alice, project, title));
	const { charlie, alice } = people;
	await charlie.api.put(at(project, `/tasks/${task.id}/position`), { column_id: project.columns["Doing"] });
	const task_ids = [task.id, ...others.map(({ id }) => id)];
	await alice.api.post(at(project, "/tasks/bulk"), { task_ids, patch: { priority: "high" } });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".card")).toHaveCount(4);
	await page.keyboard.press("g");
	await page.keyboard.press("h");
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/activity$`));
	const all = page.locator(".activity-line");
	await expect(page.getByRole("heading", { name: "Today" })).toBeVisible();
	await expect(all.first()).toContainText(
		`Alice set the priority of ${project.key}-1 Paint the door and 3 others to High`,
	);
	await expect(all.filter({ hasText: "Charlie moved" })).toContainText("from To do to Doing");
	await expect(all.last()).toContainText("created the project");

	await choose(page.getByRole("combobox", { name: "Person" }), "Charlie");
	await expect(all).toHaveCount(1);
	await choose(page.getByRole("combobox", { name: "Person" }), "All people");
	await choose(page.getByRole("combobox", { name: "What it is about" }), "Columns");
	await expect(all).toHaveText([
		/created the column Done/,
		/created the column Doing/,
		/created the column To do/,
	]);
	await page.reload();
	await expect(all).toHaveCount(3);
	await choose(page.getByRole("combobox", { name: "What it is about" }), "Tasks");

	// Live, and while the filter is on.
	await charlie.api.put(at(project, `/tasks/${task.id}/position`), { column_id: project.columns["To do"] });
	await expect(all.first()).toContainText("Charlie moved");
	await all.first().getByRole("link", { name: "Paint the door" }).click();
	await expect(dialog(page)).toContainText("Paint the door");
	await page.goBack();
	await all.nth(1).getByRole("link", { name: "the board as it was then" }).click();
	await expect(page.getByRole("region", { name: "The past" })).toContainText("You are looking at");
	await expect(page.locator(".card")).toHaveCount(4);
});

test("one who is removed keeps nothing of it", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Secret door");
	const page = await world.open(people.bob, `/p/${project.key}/activity`);
	await expect(page.locator(".activity-line").first()).toContainText("Secret door");
	await people.alice.api.delete(at(project, `/members/${people.bob.id}`));
	await expect(page.getByText(`You are no longer a member of “${project.name}”`)).toBeVisible();
	await expect(page.getByText("Secret door")).toHaveCount(0);
});

test("axe finds nothing in a task's activity and in the project's", async ({ world, people }) => {
	test.setTimeout(90_000);
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Paint the door");
	await story(people, project, task);
	const page = await world.open(people.alice, `/p/${project.key}/board/1#activity`);
	await line(page, "edited the description").getByText("What changed").click();
	await axeFindsNothing(page);
	await page.goto(`/p/${project.key}/activity`);
	await expect(page.locator(".activity-line").first()).toBeVisible();
	await page.locator("summary").first().click();
	await axeFindsNothing(page);
});

const undo = (page: Page, what: string) => page.getByRole("button", { name: `Undo: ${what}` });
const toast = (page: Page) => page.locator(".toast");

test("an entry is undone by those who may, and what was undone is done again", async ({ world, people }) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { bob: "editor", charlie: "viewer" });
	const task = await makeTask(alice, project, "Paint the door");
	const path = at(project, `/tasks/${task.id}`);
	const column = async () => (await alice.api.get<{ column_id: string }>(path)).column_id;
	await alice.api.put(`${path}/position`, { column_id: project.columns["Doing"] });
	await alice.api.post(at(project, "/labels"), { name: "bug", colour: "#c0392b" });
	await alice.api.post(`${path}/comments`, { body: "Which blue?" });
	const moved = `Alice moved ${project.key}-1 Paint the door from To do to Doing`;
	const page = await world.open(bob, `/p/${project.key}/board/1#activity`);
	await line(page, "moved this").hover();
	await undo(page, moved).click();
	await expect(toast(page)).toContainText(`Undone${moved}`);
	await expect(lines(page).first()).toContainText("Bob undid a change: moved this from Doing to To do");
	expect(await column()).toBe(project.columns["To do"]);
	await expect(undo(page, moved)).toBeFocused();
	await toast(page).getByRole("button", { name: "Undo" }).click();
	await expect.poll(column).toBe(project.columns["Doing"]);

	// In the project's activity: columns and labels are managers', comments and people nobody's to undo.
	await page.goto(`/p/${project.key}/activity`);
	const all = page.locator(".activity-line");
	const buttons = (text: string) => all.filter({ hasText: text }).getByRole("button");
	await expect(buttons("undid a change")).toHaveCount(2);
	for (const text of ["created the label bug", "created the column Done", "commented", "added Bob"])
		await expect(buttons(text)).toHaveCount(0);
	const manager = await world.open(alice, `/p/${project.key}/activity`);
	await undo(manager, "Alice created the label bug").click();
	await expect(manager.locator(".activity-line").first()).toContainText(
		"Alice undid a change: deleted the label bug",
	);
	const viewer = await world.open(charlie, `/p/${project.key}/activity`);
	await expect(viewer.locator(".activity-line").first()).toBeVisible();
	await expect(viewer.getByRole("button", { name: /^Undo:/ })).toHaveCount(0);
});

test("what others touched since is said, and nothing is undone", async ({ world, people }) => {
	world.expectTrouble(/status of 409/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint the door");
	const path = at(project, `/tasks/${task.id}`);
	await alice.api.patch(path, { title: "Paint the doors", priority: "high" });
	await bob.api.patch(path, { title: "Paint all doors" });
	const page = await world.open(alice, `/p/${project.key}/board/1#activity`);
	const renamed = line(page, "Paint the doors").filter({ hasText: "renamed this from “Paint the door”" });
	await renamed.getByRole("button").press("Enter");
	await expect(toast(page)).toContainText("Could not undo it");
	await expect(toast(page)).toContainText(`everything stays as it is: ${project.key}-1 (title)`);
	expect(await alice.api.get(path)).toMatchObject({ title: "Paint all doors", priority: "high" });
});
