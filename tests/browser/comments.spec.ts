// Talk about a task: live, never lost, and with nobody talking over anybody.
import type { Locator, Page } from "@playwright/test";
import { axe } from "./support/axe";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

interface Comment {
	id: string;
	author_id: string;
	body: string;
}

const talk = (page: Page) => page.getByRole("region", { name: "Comments" });
const field = (page: Page) => talk(page).getByRole("textbox", { name: "Write a comment" });
const comments = (page: Page) => talk(page).getByRole("listitem", { name: /^Comment by/ });
const comment = (page: Page, text: string) => comments(page).filter({ hasText: text });

async function say(page: Page, text: string): Promise<void> {
	await field(page).fill(text);
	await field(page).press("Control+Enter");
	await expect(comment(page, text.replaceAll("*", ""))).toBeVisible();
}

async function choose(page: Page, which: Locator, what: string): Promise<void> {
	await which.getByRole("button", { name: /^Actions for the comment/ }).click();
	await page.getByRole("menuitem", { name: what }).click();
}

function write(person: Person, project: Project, body: string, task = 1): Promise<Comment> {
	return person.api.post<Comment>(`/projects/${project.id}/tasks/${project.key}-${task}/comments`, { body });
}

async function bodies(person: Person, project: Project): Promise<string[]> {
	const path = `/projects/${project.id}/tasks/${project.key}-1/comments`;
	const { items } = await person.api.get<{ items: Comment[] }>(path);
	return items.map(({ body }) => body);
}

test("two people talk, react, edit and delete, and see each other do it", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Choose a name");
	const alice = await world.open(people.alice, `/p/${project.key}/board/1`);
	const bob = await world.open(people.bob, `/p/${project.key}/board/1`);
	await say(bob, "Shall we take **the short one**?");
	const seen = comment(alice, "Shall we take");
	await expect(seen.locator("strong")).toHaveText("the short one");
	await expect(seen).toContainText("Bob");
	await say(alice, "Yes!");
	await expect(comments(bob)).toHaveCount(2);

	await comment(bob, "Yes!").hover();
	await comment(bob, "Yes!").getByRole("button", { name: "React" }).click();
	await bob.getByRole("button", { name: "React with 🎉" }).click();
	const reaction = comment(alice, "Yes!").getByRole("button", { name: "🎉 1: Bob" });
	await reaction.click();
	const both = comment(bob, "Yes!").getByRole("button", { name: "🎉 2: you and Alice" });
	await expect(both).toHaveAttribute("aria-pressed", "true");
	await both.click();
	await expect(comment(alice, "Yes!").getByRole("button", { name: "🎉 1: you" })).toBeVisible();

	await choose(bob, comment(bob, "Shall we take"), "Edit");
	await talk(bob).getByRole("textbox", { name: "Edit the comment" }).fill("Shall we take the long one?");
	await talk(bob).getByRole("button", { name: "Save" }).click();
	await expect(comment(alice, "the long one")).toContainText("edited");

	await choose(bob, comment(bob, "the long one"), "Delete…");
	await comment(bob, "the long one").getByRole("button", { name: "Delete" }).click();
	await expect(comments(alice)).toHaveCount(1);
	await expect.poll(() => bodies(people.alice, project)).toEqual(["Yes!"]);
	await alice.keyboard.press("Escape");
	await expect(new Board(alice).card("Choose a name").locator(".card-count")).toContainText("1 comment");
	await expect(alice.locator("[data-pending]")).toHaveCount(0);
});

test("a comment is shown at once, and taken back with its text in sight when it is refused", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 403/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Refused");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	await field(page).fill("My long thoughts");
	await page.route(/\/comments$/, (route) =>
		route.request().method() === "POST"
			? route.fulfill({ status: 403, json: { code: "forbidden" } })
			: route.continue(),
	);
	await field(page).press("Control+Enter");
	const refused = page.locator(".toast-typed");
	await expect(refused).toContainText("My long thoughts");
	await expect(comments(page)).toHaveCount(0);
	await page.unroute(/\/comments$/);
	await refused.getByRole("button", { name: "Try again" }).click();
	await expect(comment(page, "My long thoughts")).toBeVisible();
	await expect.poll(() => bodies(people.bob, project)).toEqual(["My long thoughts"]);
});

test("what is half typed survives Escape, closing and a reload, and belongs to its task", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "First");
	await makeTask(people.alice, project, "Second");
	await write(people.bob, project, "Said before");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	await field(page).fill("Half a thought");
	await field(page).press("Escape");
	await expect(page.getByRole("dialog")).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toHaveCount(0);
	await new Board(page).link("Second").click();
	await expect(field(page)).toHaveValue("");
	await page.goto(`/p/${project.key}/board/1`);
	await expect(field(page)).toHaveValue("Half a thought");

	await choose(page, comment(page, "Said before"), "Edit");
	const editor = talk(page).getByRole("textbox", { name: "Edit the comment" });
	await editor.fill("Said better");
	await page.reload();
	await expect(editor).toHaveValue("Said better");
	await editor.press("Escape");
	await expect(talk(page)).toContainText("Not saved yet: Said better");
	await talk(page).getByRole("button", { name: "Go on writing" }).click();
	await editor.press("Control+Enter");
	await expect.poll(() => bodies(people.bob, project)).toEqual(["Said better"]);
	await expect(editor).toHaveCount(0);
});

test("a comment that is deleted while somebody quotes or edits it leaves their text in sight", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Heated");
	const path = `/projects/${project.id}/comments`;
	const first = await write(people.alice, project, "Take it back\n\nnow");
	const second = await write(people.bob, project, "Bob's first words");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	await comment(page, "Take it back").hover();
	await comment(page, "Take it back").getByRole("button", { name: "Quote in an answer" }).click();
	await expect(field(page)).toHaveValue("> Take it back\n>\n> now\n\n");
	await expect(field(page)).toBeFocused();
	await page.keyboard.type("No.");
	await people.alice.api.delete(`${path}/${first.id}`);
	await expect(comments(page)).toHaveCount(1);
	await expect(field(page)).toBeFocused();
	await expect(field(page)).toHaveValue("> Take it back\n>\n> now\n\nNo.");
	await page.keyboard.press("Control+Enter");
	await expect(comment(page, "No.").locator("blockquote")).toContainText("Take it back");

	await choose(page, comment(page, "Bob's first words"), "Edit");
	await talk(page).getByRole("textbox", { name: "Edit the comment" }).fill("Bob's second words");
	await people.alice.api.delete(`${path}/${second.id}`);
	const kept = page.getByRole("alert", { name: /was deleted while you edited it/ });
	await expect(kept).toContainText("Bob's second words");
	await page.reload();
	await expect(kept).toContainText("Bob's second words");
	await kept.getByRole("button", { name: "Write it as a new comment" }).click();
	await expect(field(page)).toHaveValue("Bob's second words");
	await expect(kept).toHaveCount(0);
});

test("what a person writes stays in sight when the role is lowered, and when the task is archived or deleted", async ({
	world,
	people,
}) => {
	// What the dialog reads beside the task may come when the task is gone.
	world.expectTrouble(/status of 404/);
	const { alice, charlie } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Contested");
	const path = `/projects/${project.id}`;
	await write(charlie, project, "Said before");
	const page = await world.open(charlie, `/p/${project.key}/board/1`);
	const item = page.getByRole("textbox", { name: "Add an item" });
	await item.fill("Half an item");
	await choose(page, comment(page, "Said before"), "Edit");
	const editor = talk(page).getByRole("textbox", { name: "Edit the comment" });
	await editor.fill("Said much better");

	const edited = page.getByRole("alert", { name: /cannot edit this comment/ });
	const added = page.getByRole("alert", { name: /cannot add to the checklist/ });
	const inSight = async () => {
		await expect(edited).toContainText("Said much better");
		await expect(added).toContainText("Half an item");
	};
	await alice.api.put(`${path}/members/${charlie.id}`, { role: "viewer" });
	await inSight();
	await page.reload();
	await inSight();
	await alice.api.put(`${path}/members/${charlie.id}`, { role: "editor" });
	await expect(editor).toHaveValue("Said much better");
	await expect(item).toHaveValue("Half an item");
	await alice.api.put(`${path}/tasks/${task.id}/archive`);
	await inSight();
	await alice.api.delete(`${path}/tasks/${task.id}/archive`);
	await expect(editor).toHaveValue("Said much better");

	await page.getByRole("button", { name: "Add a description…" }).click();
	await page.getByRole("textbox", { name: "Description" }).fill("Put aside");
	await page.keyboard.press("Escape");
	await alice.api.delete(`${path}/tasks/${task.id}`);
	const dialog = page.getByRole("dialog");
	await expect(dialog).toContainText(`Alice deleted ${project.key}-1`);
	for (const text of ["Said much better", "Half an item", "Put aside"])
		await expect(dialog).toContainText(text);
	await dialog
		.getByRole("alert", { name: /checklist/ })
		.getByRole("button", { name: "Discard" })
		.click();
	await expect(dialog).not.toContainText("Half an item");
	await expect(dialog).toContainText("Said much better");
});

test("a title that is too long to be saved stays in sight when the role is lowered", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Short");
	const page = await world.open(people.charlie, `/p/${project.key}/board/1`);
	await page.getByRole("textbox", { name: "Title" }).fill("long ".repeat(60));
	await people.alice.api.put(`/projects/${project.id}/members/${people.charlie.id}`, { role: "viewer" });
	const kept = page.getByRole("alert", { name: /cannot change the title/ });
	await expect(kept).toContainText("long long long");
	await kept.getByRole("button", { name: "Discard" }).click();
	await expect(kept).toHaveCount(0);
});

test("a link leads to its comment and marks it once", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Long talk");
	const made: Comment[] = [];
	for (let index = 1; index <= 25; index++) made.push(await write(people.alice, project, `Word ${index}.`));
	const wanted = made[12];
	const page = await world.open(people.bob, `/p/${project.key}/board/1#comment-${wanted?.id}`);
	await expect(comment(page, "Word 13.")).toBeInViewport();
	await expect(comment(page, "Word 13.")).toBeFocused();
	await expect(page.locator("[data-marked]")).toHaveCount(1);
	await expect(comment(page, "Word 1.")).not.toBeInViewport();
	await comment(page, "Word 14.").locator("a.comment-time").click();
	await expect(page).toHaveURL(new RegExp(`#comment-${made[13]?.id}$`));
	await expect(comment(page, "Word 14.")).toHaveAttribute("data-marked", "true");
	await page.keyboard.press("Escape");
	await expect(page).toHaveURL(`/p/${project.key}/board`);
});

test("who may only read, only reads; who may comment, comments", async ({ world, people }) => {
	const project = await makeProject(people, { bob: "commenter", charlie: "viewer" });
	await makeTask(people.alice, project, "Roles");
	await write(people.alice, project, "From the owner");
	const bob = await world.open(people.bob, `/p/${project.key}/board/1`);
	await say(bob, "From a commenter");
	await comment(bob, "From the owner")
		.getByRole("button", { name: /^Actions/ })
		.click();
	await expect(bob.getByRole("menuitem", { name: "Copy link" })).toBeVisible();
	await expect(bob.getByRole("menuitem", { name: "Edit" })).toHaveCount(0);
	await expect(bob.getByRole("menuitem", { name: "Delete…" })).toHaveCount(0);
	const charlie = await world.open(people.charlie, `/p/${project.key}/board/1`);
	await expect(comments(charlie)).toHaveCount(2);
	await expect(field(charlie)).toHaveCount(0);
	await expect(talk(charlie).getByRole("button", { name: "React" })).toHaveCount(0);

	// The role is lost while something is typed: the text is not.
	await field(bob).fill("One more thing");
	await people.alice.api.put(`/projects/${project.id}/members/${people.bob.id}`, { role: "viewer" });
	await expect(bob.getByRole("alert", { name: /cannot comment here now/ })).toContainText("One more thing");
});

test("axe finds nothing in a talk, in both themes and on a phone", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Readable");
	const rich = `## Heading\n\n[@Bob](mention:${people.bob.id}) see #1\n\n- [x] done\n- [ ] open\n\n| a | b |\n|---|---|\n| 1 | ${"wide".repeat(60)} |\n\n\`\`\`rust\n${"fn main() {} ".repeat(20)}\n\`\`\`\n\n> quote`;
	const one = await write(people.alice, project, rich);
	await people.bob.api.put(
		`/projects/${project.id}/comments/${one.id}/reactions/${encodeURIComponent("👍")}`,
	);
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	for (const width of [1280, 390]) {
		for (const colorScheme of ["light", "dark"] as const) {
			await page.setViewportSize({ width, height: 844 });
			await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
			await page.reload();
			await expect(comments(page)).toHaveCount(1);
			await field(page).focus();
			await field(page).fill("Hello @");
			await expect(talk(page).getByRole("listbox")).toBeVisible();
			const { violations } = await axe(page, { within: "dialog" });
			const found = violations.map(
				({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
			);
			expect(found, `${colorScheme}, ${width} px`).toEqual([]);
			await field(page).fill("");
		}
	}
});
