// Several tasks are selected on the board or in the table, and changed together: one request, one event, one undo.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { Board, boxOf } from "./support/board";
import { pretendMany } from "./support/many";
import { makeProject, makeTask, type Project, snapshot } from "./support/projects";
import { expect, test, type World } from "./support/test";

const names = ["One", "Two", "Three", "Four", "Five"];

async function furnish({ people }: World, wanted: Parameters<typeof makeProject>[1] = {}): Promise<Project> {
	const project = await makeProject(people, wanted);
	for (const title of names) await makeTask(people.bob, project, title);
	await makeTask(people.bob, project, "Elsewhere", { column_id: project.columns["Doing"] });
	return project;
}

const bar = (page: Page) => page.getByRole("region", { name: "Selected tasks" });
const selected = (page: Page) =>
	page
		.locator(".card[data-selected] .card-title")
		.evaluateAll((all) => all.map(({ textContent }) => textContent));

async function open(world: World, project: Project, view = "board") {
	const page = await world.open(world.people.bob, `/p/${project.key}/${view}`);
	const board = new Board(page);
	await expect(page.getByText("Five", { exact: true })).toBeVisible();
	return { page, board };
}

test("cards are selected by keys, one by one, in a row, and all", async ({ world }) => {
	const project = await furnish(world);
	const { page, board } = await open(world, project);
	await board.link("One").focus();
	await page.keyboard.press("x");
	await expect(bar(page)).toContainText("1 selected");
	await expect(board.card("One")).toContainText("Selected");
	// With a selection Shift and the arrows extend it; without one they move the card.
	await page.keyboard.press("Shift+ArrowDown");
	await page.keyboard.press("Shift+ArrowDown");
	await expect(bar(page)).toContainText("3 selected");
	expect(await selected(page)).toEqual(["One", "Two", "Three"]);
	await board.link("Two").focus();
	await page.keyboard.press("x");
	await expect(bar(page)).toContainText("2 selected");
	await board.link("Five").focus();
	await page.keyboard.press("Shift+X");
	expect(await selected(page)).toEqual(["One", "Two", "Three", "Four", "Five"]);
	await page.keyboard.press("Control+a");
	await expect(bar(page)).toContainText("6 selected");
	await page.keyboard.press("Escape");
	await expect(bar(page)).toHaveCount(0);
	expect(await selected(page)).toEqual([]);
	// In a field the keys are the field's.
	const field = page.getByRole("searchbox", { name: "Filter tasks" });
	await field.fill("One");
	await field.press("Control+a");
	await field.press("x");
	await expect(field).toHaveValue("x");
	await expect(bar(page)).toHaveCount(0);
});

test("cards are selected by the mouse: with Ctrl, with Shift, and by a lasso over empty space", async ({
	world,
}) => {
	const project = await furnish(world);
	const { page, board } = await open(world, project);
	await board.card("One").click({ modifiers: ["ControlOrMeta"] });
	await board.card("Three").click({ modifiers: ["Shift"] });
	await board.card("Two").click({ modifiers: ["ControlOrMeta"] });
	expect(await selected(page)).toEqual(["One", "Three"]);
	await expect(page).toHaveURL(`/p/${project.key}/board`);
	expect(page.context().pages()).toHaveLength(1);
	await expect(bar(page)).toContainText("2 selected");
	await page.keyboard.press("Escape");
	const [two, four] = [await boxOf(board.card("Two")), await boxOf(board.card("Four"))];
	// It comes when the page is idle.
	await expect(async () => {
		await page.mouse.move(two.x - 8, two.y + 8);
		await page.mouse.down();
		await page.mouse.move(four.x + 60, four.y + 8, { steps: 5 });
		expect(await page.locator(".lasso").count()).toBe(1);
		await page.mouse.up();
	}).toPass();
	await expect(page.locator(".lasso")).toHaveCount(0);
	expect(await selected(page)).toEqual(["Two", "Three", "Four"]);
	// A press on nothing lets go of them.
	await page.mouse.click(two.x - 8, two.y + 8);
	await expect(bar(page)).toHaveCount(0);
	// A plain press opens a card as before.
	await board.card("One").click();
	await expect(page.getByRole("dialog")).toContainText("One");
});

test("a finger selects by the card's menu, and goes on by tapping", async ({ world }) => {
	const project = await furnish(world);
	const page = await world.open(world.people.bob, `/p/${project.key}/board`, {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
		isMobile: true,
	});
	const board = new Board(page);
	await board
		.card("One")
		.getByRole("button", { name: /^Actions for/ })
		.tap();
	await page.getByRole("menuitem", { name: "Select", exact: false }).tap();
	await expect(bar(page)).toContainText("1 selected");
	await board.card("Two").tap();
	await expect(bar(page)).toContainText("2 selected");
	await expect(page).toHaveURL(`/p/${project.key}/board`);
	const box = await boxOf(bar(page));
	expect(box.y + box.height).toBeLessThanOrEqual(844);
	await bar(page).getByRole("button", { name: "Clear the selection" }).tap();
	await expect(bar(page)).toHaveCount(0);
	await board.card("Two").tap();
	await expect(page.getByRole("dialog")).toContainText("Two");
});

test("selected cards are changed together, everywhere at once, and one undo takes all back", async ({
	world,
	people,
}) => {
	const project = await furnish(world);
	const { page, board } = await open(world, project);
	const watching = new Board(await world.open(people.charlie, `/p/${project.key}/board`));
	await expect(watching.card("Five")).toBeVisible();
	const requests: string[] = [];
	page.on("request", (request) => {
		if (request.url().endsWith("/tasks/bulk")) requests.push(request.postData() ?? "");
	});
	await board.card("Two").click({ modifiers: ["ControlOrMeta"] });
	await board.card("Four").click({ modifiers: ["ControlOrMeta"] });
	await expect(bar(page)).toContainText("2 selected");
	// Keys are those of a single task.
	await page.keyboard.press("m");
	await page.getByRole("dialog", { name: "Move to" }).getByRole("combobox").fill("Doing");
	await page.keyboard.press("Enter");
	await expect(page.getByText("2 tasks moved to Doing").last()).toBeVisible();
	const moved = { "To do": ["One", "Three", "Five"], Doing: ["Elsewhere", "Two", "Four"], Done: [] };
	expect(await board.titles()).toEqual(moved);
	await expect.poll(() => watching.titles()).toEqual(moved);
	expect(requests).toHaveLength(1);
	await board.agrees(people.alice, project);
	await page.keyboard.press("Control+z");
	const before = { "To do": names, Doing: ["Elsewhere"], Done: [] };
	await expect.poll(() => board.titles()).toEqual(before);
	await board.agrees(people.alice, project);

	await bar(page).getByRole("button", { name: "Assign" }).click();
	await page.getByRole("option", { name: "Charlie" }).click();
	await expect(board.card("Two").getByRole("img", { name: "Charlie" })).toBeVisible();
	await expect(board.card("Four").getByRole("img", { name: "Charlie" })).toBeVisible();
	await page.keyboard.press("Escape");
	await bar(page).getByRole("button", { name: "Priority" }).click();
	await page.getByRole("option", { name: "Urgent" }).click();
	await bar(page).getByRole("button", { name: "Due", exact: true }).click();
	await page.getByRole("button", { name: /^Today/ }).click();
	await expect(watching.card("Four")).toContainText("Today");
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	const { tasks } = await snapshot(people.alice, project);
	const changed = tasks.filter(({ priority }) => priority === "urgent");
	expect(changed.map(({ title }) => title).sort()).toEqual(["Four", "Two"]);
	expect(changed.map(({ assignee_ids }) => assignee_ids)).toEqual([[people.charlie.id], [people.charlie.id]]);
	expect(requests).toHaveLength(4);
});

test("keys that mean the selection do nothing to the card while the bar is on its way", async ({
	world,
	people,
}) => {
	const project = await furnish(world);
	const page = await (await world.browser(people.bob)).newPage();
	let release = () => {};
	const held = new Promise<void>((resolve) => {
		release = resolve;
	});
	await page.route(/\/assets\/soon-[^/]+\.js$/, async (route) => {
		await held;
		await route.continue();
	});
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("One").focus();
	await page.keyboard.press("x");
	await expect(board.card("One")).toContainText("Selected");
	await page.keyboard.press("Shift+ArrowDown");
	await page.keyboard.press("Delete");
	release();
	await expect(bar(page)).toContainText("1 selected");
	await expect.poll(async () => (await board.titles())["To do"]).toEqual(names);
	await board.agrees(people.alice, project);
});

test("archiving and deleting ask once; archived tasks come back together", async ({ world, people }) => {
	const project = await furnish(world);
	const { page, board } = await open(world, project);
	await board.link("One").focus();
	await page.keyboard.press("x");
	// It may still be on its way.
	await expect(bar(page)).toContainText("1 selected");
	await page.keyboard.press("Shift+ArrowDown");
	await expect(bar(page)).toContainText("2 selected");
	await page.keyboard.press("Delete");
	await expect(page.getByRole("dialog", { name: "Archive 2 tasks?" })).toBeVisible();
	await page.keyboard.press("Enter");
	await expect(board.card("One")).toHaveCount(0);
	await expect(bar(page)).toHaveCount(0);
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	await page.getByRole("button", { name: "Undo" }).last().click();
	await expect.poll(async () => (await board.titles())["To do"]).toEqual(names);
	await board.agrees(people.alice, project);
	await expect(bar(page)).toContainText("2 selected");
	await bar(page).getByRole("button", { name: "Delete" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
	await expect(board.card("One")).toBeVisible();
	await bar(page).getByRole("button", { name: "Delete" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
	await expect.poll(async () => (await board.titles())["To do"]).toEqual(["Three", "Four", "Five"]);
	await board.agrees(people.alice, project);
});

test("what stands in the way is named, and nothing was changed", async ({ world, people }) => {
	world.expectTrouble(/status of 409/);
	const project = await furnish(world, { bob: "editor" });
	const others = await makeTask(people.alice, project, "Of Alice");
	const { page, board } = await open(world, project);
	await board.card("Five").click({ modifiers: ["ControlOrMeta"] });
	await board.card("Of Alice").click({ modifiers: ["Shift"] });
	await bar(page).getByRole("button", { name: "Archive" }).click();
	await page.keyboard.press("Enter");
	const reason = bar(page).getByRole("alert");
	await expect(reason).toContainText("Nothing was changed");
	await expect(reason.getByRole("listitem")).toHaveText([
		`${project.key}-${others.number} Of Alice: Only managers and its creator archive or delete it.`,
	]);
	await expect(board.card("Five")).toBeVisible();
	await expect(board.card("Of Alice")).toBeVisible();
	await reason.getByRole("button", { name: "Take them out of the selection" }).click();
	await expect(bar(page)).toContainText("1 selected");
	await expect(reason).toHaveText("");
});

test("more than can be changed at once is said before anything happens", async ({ world, people }) => {
	const project = await makeProject(people);
	const first = await makeTask(people.alice, project, "The only one on the server");
	const page = await (await world.browser(people.bob)).newPage();
	await pretendMany(page, project, first, 502);
	await page.goto(`/p/${project.key}/board`);
	await page.locator(".card-link").first().focus();
	await page.keyboard.press("Control+a");
	await expect(bar(page)).toContainText("502 selected");
	await expect(bar(page)).toContainText("At most 500 can be changed at once");
	await expect(bar(page).getByRole("button", { name: "Archive" })).toBeDisabled();
	await page.keyboard.press("Delete");
	await expect(page.getByRole("dialog")).toHaveCount(0);
	await page.keyboard.press("x");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("x");
	await expect(bar(page)).toContainText("500 selected");
	await expect(bar(page).getByRole("button", { name: "Archive" })).toBeEnabled();
});

test("rows of the table are selected and changed by the same bar; axe finds nothing in either theme", async ({
	world,
}) => {
	const project = await furnish(world);
	const { page } = await open(world, project, "table");
	const row = (title: string) =>
		page.getByRole("row").filter({ has: page.getByRole("gridcell", { name: title, exact: true }) });
	await row("Two").locator('[data-column="select"]').click();
	await row("Four")
		.locator('[data-column="number"]')
		.click({ modifiers: ["Shift"], position: { x: 4, y: 4 } });
	await expect(bar(page)).toContainText("3 selected");
	await expect(row("Three")).toHaveAttribute("aria-selected", "true");
	// With a selection Delete means the selection, and asks.
	await page.keyboard.press("t");
	await expect(row("Three").locator('[data-column="column"]')).toHaveText("Done");
	await expect(row("Two").locator('[data-column="column"]')).toHaveText("Done");
	await axeFindsNothing(page);
	await page.keyboard.press("Escape");
	await expect(bar(page)).toHaveCount(0);
});
