// Everything of a task in its dialog: by address, with drafts that survive, conflicts that are shown, roles that hold.
import type { Locator, Page } from "@playwright/test";
import { Board } from "./support/board";
import { choose, shown } from "./support/fields";
import { day, makeProject, makeTask, type Project, snapshot, titles } from "./support/projects";
import { expect, test } from "./support/test";

const dialogOf = (page: Page, project: Project, title: string) =>
	page.getByRole("dialog", { name: `${project.key}-1 ${title}` });

test("an address opens the task over its board, and closing it leaves the board", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Find me");
	const page = await world.open(people.bob, `/p/${project.key}/board/1?q=find`);
	await expect(dialogOf(page, project, "Find me")).toBeVisible();
	await expect(page).toHaveTitle(/Find me|-1/);
	await page.keyboard.press("Escape");
	await expect(dialogOf(page, project, "Find me")).toHaveCount(0);
	await expect(page).toHaveURL(`/p/${project.key}/board?q=find`);
	await new Board(page).link("Find me").click();
	await expect(dialogOf(page, project, "Find me")).toBeVisible();
	await page.goBack();
	await expect(dialogOf(page, project, "Find me")).toHaveCount(0);

	// Only the server knows whether a task that is not on the board is archived.
	world.expectTrouble(/status of 404.*tasks\/77/);
	await page.goto(`/p/${project.key}/board/77`);
	await expect(page.getByRole("dialog")).toContainText(`${project.key}-77 is not here`);
});

test("every field is edited, kept, and seen by others while it happens", async ({ world, people }) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { columns: [{ name: "To do" }, { name: "Doing" }] });
	const task = await makeTask(alice, project, "Rough idea");
	await makeTask(alice, project, "Already here", { column_id: project.columns["Doing"] });
	const path = `/projects/${project.id}`;
	const milestone = await alice.api.post<{ id: string }>(`${path}/milestones`, { name: "Opening" });
	const label = await alice.api.post<{ id: string }>(`${path}/labels`, {
		name: "Urgent work",
		colour: "#c4413a",
	});
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	const theirs = await world.open(charlie, `/p/${project.key}/board/1`);
	const dialog = dialogOf(page, project, "Rough idea").or(dialogOf(page, project, "Clear plan"));
	await expect(dialogOf(theirs, project, "Rough idea")).toBeVisible();

	await dialog.getByRole("textbox", { name: "Title" }).fill("Clear plan");
	await dialog.getByRole("textbox", { name: "Title" }).press("Enter");
	await expect(dialogOf(theirs, project, "Clear plan")).toBeVisible();

	await dialog.getByRole("button", { name: "Add a description…" }).click();
	await dialog
		.getByRole("textbox", { name: "Description" })
		.fill("What, why,\nand https://example.com for whom.");
	await page.keyboard.press("Control+Enter");
	await expect(dialogOf(theirs, project, "Clear plan").getByText("What, why,")).toBeVisible();
	await expect(dialog.getByRole("link", { name: "https://example.com" })).toBeVisible();

	await choose(dialog.getByLabel("Column"), "Doing");
	await expect
		.poll(async () => (await titles(bob, project))["Doing"])
		.toEqual(["Already here", "Clear plan"]);

	await pick(page, dialog.getByRole("button", { name: /^Assignees/ }), "Charlie");
	await pick(page, dialog.getByRole("button", { name: /^Labels/ }), "Urgent work");
	await pick(page, dialog.getByRole("button", { name: /^Priority/ }), "High");
	await dialog.getByLabel("Start", { exact: true }).fill(day(1));
	await dialog.getByLabel("Start", { exact: true }).press("Tab");
	await dialog.getByLabel("Due", { exact: true }).fill(day(5));
	await dialog.getByLabel("Due", { exact: true }).press("Tab");
	await choose(dialog.getByLabel("Milestone"), "Opening");
	await dialog.getByLabel("Estimate").fill("2,5");
	await dialog.getByLabel("Estimate").press("Enter");
	await dialog.getByRole("button", { name: "Mark as done" }).click();

	await expect(page.locator("[data-pending]")).toHaveCount(0);
	await expect
		.poll(async () => {
			const now = await bob.api.get<object>(`${path}/tasks/${task.id}`);
			return { ...now, completed_at: (now as { completed_at: unknown }).completed_at !== null };
		})
		.toMatchObject({
			title: "Clear plan",
			description: "What, why,\nand https://example.com for whom.",
			column_id: project.columns["Doing"],
			assignee_ids: [charlie.id],
			label_ids: [label.id],
			priority: "high",
			start_on: day(1),
			due_on: day(5),
			milestone_id: milestone.id,
			estimate: 2.5,
			completed_at: true,
		});
	const seen = dialogOf(theirs, project, "Clear plan");
	await expect(seen.getByRole("button", { name: /^Assignees/ })).toContainText("Charlie");
	await expect(seen.getByRole("button", { name: /^Labels/ })).toContainText("Urgent work");
	await expect(seen.getByRole("button", { name: /^Priority/ })).toContainText("High");
	await expect(seen.getByLabel("Start", { exact: true })).toHaveValue(shown(day(1)));
	await expect(seen.getByLabel("Due", { exact: true })).toHaveValue(shown(day(5)));
	await expect(seen.getByLabel("Estimate")).toHaveValue("2.5");
	await expect(seen.getByRole("button", { name: "Done", exact: true })).toHaveAttribute(
		"aria-pressed",
		"true",
	);
});

test("a date that passes the other one takes it along, and an estimate that is no number is refused in words", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Careful", { start_on: day(2), due_on: day(5) });
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const dialog = dialogOf(page, project, "Careful");
	await dialog.getByLabel("Start", { exact: true }).fill(day(40));
	await dialog.getByLabel("Start", { exact: true }).press("Tab");
	await expect(dialog.getByLabel("Due", { exact: true })).toHaveValue(shown(day(43)));
	await expect(dialog.locator(".field-hint")).toHaveText(/^Moved along to .*, to keep the length/);
	await expect.poll(() => people.bob.api.get(path)).toMatchObject({ start_on: day(40), due_on: day(43) });
	await dialog.getByLabel("Estimate").fill("a lot");
	await dialog.getByLabel("Estimate").press("Enter");
	await expect(dialog.getByText("A number from 0 to 100,000.")).toBeVisible();
	expect(await people.bob.api.get(path)).toMatchObject({ estimate: null });
});

test("a checklist is written, ticked, sorted, changed and shortened", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Pack");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const list = dialogOf(page, project, "Pack").getByRole("region", { name: "Checklist" });
	const add = list.getByRole("textbox", { name: "Add an item" });
	for (const text of ["Tent", "Stove", "Map"]) {
		await add.fill(text);
		await add.press("Enter");
	}
	const items = async () =>
		(await snapshot(people.bob, project)).checklist_items
			.sort((a, b) => (a.position < b.position ? -1 : 1))
			.map(({ text, done }) => `${done ? "x" : "-"} ${text}`);
	await expect.poll(items).toEqual(["- Tent", "- Stove", "- Map"]);

	await list.getByRole("checkbox", { name: "Stove" }).check();
	await expect(list).toContainText("1 of 3 done");
	await list.getByRole("checkbox", { name: "Map" }).press("Alt+ArrowUp");
	await expect.poll(items).toEqual(["- Tent", "- Map", "x Stove"]);
	await expect(list.getByRole("checkbox", { name: "Map" })).toBeFocused();

	await list.getByText("Tent").dblclick();
	await list.getByRole("textbox", { name: "Item", exact: true }).fill("Big tent");
	await page.keyboard.press("Enter");
	await list.getByRole("button", { name: "Actions for “Map”" }).click();
	await page.getByRole("menuitem", { name: "Delete" }).click();
	await expect.poll(items).toEqual(["- Big tent", "x Stove"]);
	await expect(list.getByRole("listitem")).toHaveText([/Big tent/, /Stove/]);
	await page.keyboard.press("Escape");
	await expect(new Board(page).card("Pack")).toContainText("1/2");
});

test("what was typed and not saved survives a reload", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Half a thought", { description: "Once." });
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const dialog = dialogOf(page, project, "Half a thought");
	await dialog.getByRole("button", { name: "Edit the description" }).click();
	await dialog.getByRole("textbox", { name: "Description" }).fill("Once upon a time");
	await page.reload();
	await expect(dialog.getByRole("textbox", { name: "Description" })).toHaveValue("Once upon a time");
	await dialog.getByRole("textbox", { name: "Description" }).press("Control+Enter");
	await expect
		.poll(
			async () =>
				(await people.bob.api.get<{ description: string }>(`/projects/${project.id}/tasks/${task.id}`))
					.description,
		)
		.toBe("Once upon a time");

	await dialog.getByRole("textbox", { name: "Add an item" }).fill("a half-typed item");
	await page.reload();
	await expect(dialog.getByRole("textbox", { name: "Add an item" })).toHaveValue("a half-typed item");
});

test("when two people write the same text, both are shown and one is chosen", async ({ world, people }) => {
	const { alice, bob } = people;
	world.expectTrouble(/status of 412/);
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Contested", { description: "Ours." });
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const kept = async () => (await bob.api.get<{ description: string }>(path)).description;
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	const dialog = dialogOf(page, project, "Contested");
	const write = async (mine: string, theirs: string) => {
		await dialog.getByRole("button", { name: "Edit the description" }).click();
		const field = dialog.getByRole("textbox", { name: "Description" });
		await field.fill(mine);
		await alice.api.patch(path, { description: theirs });
		// What is under the cursor is not touched by what arrives.
		await expect(field).toHaveValue(mine);
		await field.press("Control+Enter");
	};

	await write("Bob's words.", "Alice's words.");
	const clash = dialog.getByRole("alert", { name: "Alice changed this at the same time" });
	await expect(clash).toContainText("Alice's words.");
	await expect(clash).toContainText("Bob's words.");
	expect(await kept(), "nothing of Alice's was overwritten").toBe("Alice's words.");
	await clash.getByRole("button", { name: "Use mine" }).click();
	await expect.poll(kept).toBe("Bob's words.");
	await expect(clash).toHaveCount(0);

	await write("Bob's second words.", "Alice's second words.");
	await clash.getByRole("button", { name: "Keep theirs" }).click();
	await expect(dialog.getByText("Alice's second words.")).toBeVisible();
	expect(await kept()).toBe("Alice's second words.");
});

test("changes of different fields at the same time are both kept", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Shared");
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	const title = dialogOf(page, project, "Shared").getByRole("textbox", { name: "Title" });
	await title.fill("Shared by two");
	await alice.api.patch(path, { priority: "urgent", description: "From Alice." });
	await title.press("Enter");
	await expect
		.poll(() => bob.api.get(path))
		.toMatchObject({
			title: "Shared by two",
			priority: "urgent",
			description: "From Alice.",
		});
});

test("whoever may only read sees everything and can change nothing", async ({ world, people }) => {
	const project = await makeProject(people, { charlie: "viewer" });
	const fields = { description: "Look, do not touch.", priority: "high", due_on: day(2), estimate: 3 };
	const task = await makeTask(people.alice, project, "Exhibit", fields);
	await people.alice.api.post(`/projects/${project.id}/tasks/${task.id}/checklist`, { text: "Behind glass" });
	const page = await world.open(people.charlie, `/p/${project.key}/board/1`);
	const dialog = dialogOf(page, project, "Exhibit");
	await expect(dialog).toContainText("Your role lets you read this task, not change it.");
	for (const text of ["Look, do not touch.", "High", "Behind glass"])
		await expect(dialog).toContainText(text);
	await expect(dialog.getByRole("checkbox", { name: "Behind glass" })).toBeDisabled();
	await expect(dialog.getByRole("textbox")).toHaveCount(0);
	await expect(dialog.getByRole("combobox")).toHaveCount(0);
	await expect(dialog.getByRole("button", { name: /Mark as done|More actions|Edit/ })).toHaveCount(0);

	await people.alice.api.put(`/projects/${project.id}/members/${people.charlie.id}`, { role: "editor" });
	await expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Exhibit");
});

/** Opens a picker, chooses, and closes it again if choosing did not. */
async function pick(page: Page, button: Locator, choice: string): Promise<void> {
	await button.click();
	const option = page.getByRole("option", { name: choice, exact: true });
	await option.click();
	await expect(button).toContainText(choice);
	if (await option.isVisible()) await page.keyboard.press("Escape");
	await expect(option).toHaveCount(0);
}

test("days between two tasks: what is no number of them stays in the field, which says so", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint");
	const first = await makeTask(alice, project, "Sand");
	await alice.api.put(`/projects/${project.id}/tasks/${task.id}/dependencies/${first.id}`);
	const lag = async () => (await snapshot(bob, project)).dependencies[0]?.lag_days;
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	const field = page.getByRole("textbox", { name: `Days between ${project.key}-2 and this task` });
	await field.fill("two");
	await field.press("Enter");
	await expect(page.getByRole("alert").filter({ hasText: "A whole number of days from" })).toBeVisible();
	await expect(field).toHaveValue("two");
	await field.press("Escape");
	await expect(field).toHaveValue("0");
	await expect(page.getByRole("dialog")).toBeVisible();
	await field.fill("2");
	await field.press("Enter");
	await expect.poll(lag).toBe(2);
});
