// Quick add shows what it has understood, completes names, and turns back into text what was not meant.
import { Board } from "./support/board";
import { shown } from "./support/fields";
import { makeProject, snapshot } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function open(world: World, bob: "manager" | "editor" = "manager") {
	const { people } = world;
	const project = await makeProject(people, { bob });
	const colour = "#c4413a";
	await people.alice.api.post(`/projects/${project.id}/labels`, { name: "Design work", colour });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const column = new Board(page).column("To do");
	await column.getByRole("button", { name: "Add a task to To do" }).click();
	const field = column.getByRole("textbox", { name: "Add a task to To do" });
	await expect(field).toBeFocused();
	const task = async (title: string) =>
		(await snapshot(people.bob, project)).tasks.find((one) => one.title === title);
	const chips = column.getByRole("list", { name: "Understood" }).getByRole("listitem");
	return { project, page, column, field, chips, task, options: column.getByRole("option") };
}

test("what is typed becomes chips, and then the task", async ({ world, people }) => {
	const { field, chips, task, project } = await open(world);
	await field.fill("Draw a logo #design-work @charlie !high >2026-12-04");
	await expect(chips).toHaveText(["Design work", /Charlie$/, /High$/, shown("2026-12-04")]);
	await field.press("Enter");
	await expect(field).toHaveValue("");
	await expect(chips).toHaveCount(0);
	const [label] = (await snapshot(people.bob, project)).labels;
	await expect
		.poll(() => task("Draw a logo"))
		.toMatchObject({
			assignee_ids: [people.charlie.id],
			label_ids: [label?.id],
			priority: "high",
			due_on: "2026-12-04",
		});
});

test("a chip is turned back into text, and stays that over a reload", async ({ world }) => {
	const { field, chips, task, page, column } = await open(world);
	await field.fill("Mail @charlie about #design-work");
	await expect(chips).toHaveCount(2);
	await chips.first().getByRole("button", { name: "Keep “@charlie” as text" }).click();
	await expect(chips).toHaveText(["Design work"]);
	await expect(field).toBeFocused();
	await page.reload();
	await column.getByRole("button", { name: /^Go on adding to To do/ }).click();
	await expect(chips).toHaveText(["Design work"]);
	await field.press("Enter");
	await expect.poll(() => task("Mail @charlie about")).toMatchObject({ assignee_ids: [] });
	// The next text is read as always.
	await field.fill("Ask @charlie");
	await expect(chips).toHaveText([/Charlie$/]);
});

test("what was kept as text is read again in a text that is begun anew", async ({ world }) => {
	const { field, chips } = await open(world);
	await field.fill("Mail @charlie");
	await chips.getByRole("button", { name: "Keep “@charlie” as text" }).click();
	await expect(chips).toHaveCount(0);
	await field.fill("");
	await field.fill("Ask @charlie");
	await expect(chips).toHaveText([/Charlie$/]);
});

test("Enter waits for a label that is being made, and it is made once", async ({ world }) => {
	const { field, column, task, page } = await open(world);
	let release = () => {};
	const held = new Promise<void>((done) => {
		release = done;
	});
	let asked = 0;
	await page.route("**/labels", async (route) => {
		asked += 1;
		await held;
		await route.continue();
	});
	await field.fill("Plan the party #big-fun ");
	const create = column.getByRole("button", { name: "Create the label “big fun”" });
	await create.click();
	await create.click();
	await field.press("Enter");
	await expect(column.locator("form")).toHaveAttribute("aria-busy", "true");
	await expect(field).toHaveValue("Plan the party #big-fun ");
	release();
	await expect(field).toHaveValue("");
	await expect.poll(async () => (await task("Plan the party"))?.label_ids.length).toBe(1);
	expect(asked).toBe(1);
});

test("names are completed by a list, with the focus in the field", async ({ world, people }) => {
	const { field, options, page, task } = await open(world);
	await field.pressSequentially("Meet @");
	await expect(options).toHaveText([/Alice$/, /Bob$/, /Charlie$/]);
	await expect(options.first()).toHaveAttribute("aria-selected", "true");
	await field.press("ArrowDown");
	await field.press("ArrowDown");
	const active = await field.getAttribute("aria-activedescendant");
	await expect(page.locator(`[id="${active}"]`)).toContainText("Charlie");
	await field.press("Enter");
	await expect(field).toHaveValue("Meet @Charlie ");
	await field.pressSequentially("#des");
	await expect(options.first()).toHaveText("Design work");
	await field.press("Tab");
	await expect(field).toHaveValue("Meet @Charlie #Design-work ");
	await expect(field).toBeFocused();
	await field.pressSequentially("!ur");
	await options.first().click();
	await field.pressSequentially(">tom");
	await field.press("Enter");
	await expect(field).toHaveValue("Meet @Charlie #Design-work !urgent >tomorrow ");
	await field.press("Enter");
	await expect
		.poll(() => task("Meet"))
		.toMatchObject({ assignee_ids: [people.charlie.id], priority: "urgent" });
	expect((await task("Meet"))?.due_on).not.toBeNull();
});

test("Escape closes the list first, and an input method is left alone", async ({ world }) => {
	const { field, options, page, column } = await open(world);
	await field.pressSequentially("Ask @ch");
	await expect(options).toHaveCount(1);
	await field.press("Escape");
	await expect(options).toHaveCount(0);
	await expect(field).toBeFocused();
	await field.fill("");
	await field.pressSequentially("Ask @");
	await expect(options).toHaveCount(3);
	const keys = await page.context().newCDPSession(page);
	await keys.send("Input.imeSetComposition", { text: "ち", selectionStart: 1, selectionEnd: 1 });
	await field.evaluate((element) =>
		element.dispatchEvent(
			new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }),
		),
	);
	await keys.send("Input.insertText", { text: "ち" });
	await expect(field).toHaveValue("Ask @ち");
	await expect(column.locator(".card")).toHaveCount(0);
});

test("an unknown label is offered as a new one, and stays text for who may not create any", async ({
	world,
	people,
}) => {
	const { field, chips, column, task, project } = await open(world);
	await field.fill("Plan the party #big-fun ");
	await expect(chips).toHaveText([/#big-fun stays text/]);
	await column.getByRole("button", { name: "Create the label “big fun”" }).click();
	await expect(chips).toHaveText(["big fun"]);
	await field.press("Enter");
	await expect.poll(async () => (await task("Plan the party"))?.label_ids.length).toBe(1);

	const page = await world.open(people.charlie, `/p/${project.key}/board`);
	const theirs = new Board(page).column("To do");
	await theirs.getByRole("button", { name: "Add a task to To do" }).click();
	await theirs.getByRole("textbox").fill("Sweep #floor ");
	await expect(theirs.getByText("#floor stays text")).toBeVisible();
	await expect(theirs.getByRole("button", { name: /Create the label/ })).toHaveCount(0);
	await theirs.getByRole("textbox").press("Enter");
	await expect.poll(() => task("Sweep #floor")).toBeTruthy();
});
