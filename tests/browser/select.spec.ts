// Several tasks are selected on the board, in the table, on the calendar or the timeline, and changed together: one request,
// one event, one undo.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { Board, boxOf } from "./support/board";
import { pretendMany } from "./support/many";
import { day, makeProject, makeTask, type Project, snapshot } from "./support/projects";
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

	// To the top of a column, also of the one that they are in.
	await page.keyboard.press("m");
	await page.keyboard.press("Tab");
	await page.keyboard.press("ArrowLeft");
	await expect(page.getByRole("radio", { name: "Top" })).toBeChecked();
	await page.keyboard.press("Shift+Tab");
	await page.keyboard.type("To do");
	await page.keyboard.press("Enter");
	await expect(page.getByText("2 tasks moved to the top of To do").last()).toBeVisible();
	await expect.poll(() => watching.titles()).toMatchObject({ "To do": ["Two", "Four", "One", "Three", "Five"] });
	await board.agrees(people.alice, project);
	await page.keyboard.press("Control+z");
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
	expect(requests).toHaveLength(5);
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

test("tasks of the calendar are selected by keys and by the mouse, with a date or without, and changed by the same bar", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const on = (day: number) => ({ start_on: `2027-06-${day}`, due_on: `2027-06-${day}` });
	for (const [index, title] of names.entries()) await makeTask(people.bob, project, title, on(10 + index));
	await makeTask(people.bob, project, "Undated");
	const { page } = await open(world, project, "calendar?on=2027-06-15");
	const link = (title: string) =>
		page
			.locator(".cal-task, .cal-line")
			.filter({ hasText: title })
			.getByRole("link");
	const chosen = () =>
		page
			.locator("[data-selected] :is(.cal-name, .cal-line-title)")
			.evaluateAll((all) => all.map(({ textContent }) => textContent));
	await link("One").focus();
	await page.keyboard.press("x");
	await expect(bar(page)).toContainText("1 selected");
	await expect(link("One")).toHaveAccessibleName(/, selected$/);
	await link("Three").click({ modifiers: ["Shift"] });
	await link("Two").click({ modifiers: ["ControlOrMeta"] });
	await link("Undated").click({ modifiers: ["ControlOrMeta"] });
	expect(await chosen()).toEqual(["One", "Three", "Undated"]);
	await expect(page).toHaveURL(`/p/${project.key}/calendar?on=2027-06-15`);
	expect(page.context().pages()).toHaveLength(1);
	// A lifted task has its keys; the others mean the selection.
	await link("Four").focus();
	await page.keyboard.press("Space");
	await page.keyboard.press("Escape");
	expect(await chosen()).toEqual(["One", "Three", "Undated"]);
	await page.keyboard.press("p");
	await page.getByRole("option", { name: "Urgent" }).click();
	await expect(page.getByText("3 tasks changed").last()).toBeVisible();
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	const urgent = async () =>
		(await snapshot(people.alice, project)).tasks
			.filter(({ priority }) => priority === "urgent")
			.map(({ title }) => title);
	expect((await urgent()).sort()).toEqual(["One", "Three", "Undated"]);
	await page.keyboard.press("Control+a");
	await expect(bar(page)).toContainText("6 selected");
	await axeFindsNothing(page);
	await page.keyboard.press("Escape");
	await expect(bar(page)).toHaveCount(0);
	expect(await chosen()).toEqual([]);
	// By its menu, as a finger does it.
	await page.setViewportSize({ width: 1280, height: 800 });
	await link("Five").click({ button: "right" });
	await page.getByRole("menuitem", { name: "Select", exact: false }).click();
	expect(await chosen()).toEqual(["Five"]);
});

test("on a phone a finger selects a task of a day by holding it, and goes on by tapping", async ({ world, people }) => {
	const project = await makeProject(people);
	for (const title of ["One", "Two"]) await makeTask(people.bob, project, title, { due_on: "2027-06-15" });
	const page = await world.open(people.bob, `/p/${project.key}/calendar?on=2027-06-15`, {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
		isMobile: true,
	});
	await page.getByRole("gridcell", { name: /15 June/ }).tap();
	const line = (title: string) => page.locator(".cal-line").filter({ hasText: title });
	const box = await boxOf(line("One"));
	const glass = await page.context().newCDPSession(page);
	const touch = (type: "touchStart" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
		glass.send("Input.dispatchTouchEvent", { type, touchPoints });
	await touch("touchStart", [{ x: box.x + 60, y: box.y + box.height / 2 }]);
	// So long that it is no tap.
	await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
	await touch("touchEnd", []);
	await page.getByRole("menuitem", { name: "Select", exact: false }).tap();
	await expect(bar(page)).toContainText("1 selected");
	await line("Two").getByRole("link").tap();
	await expect(bar(page)).toContainText("2 selected");
	await expect(line("Two")).toContainText("Selected");
	await bar(page).getByRole("button", { name: "Clear the selection" }).tap();
	await expect(bar(page)).toHaveCount(0);
	await line("Two").getByRole("link").tap();
	await expect(page.getByRole("dialog")).toContainText("Two");
});

test("bars of the timeline are selected by keys and by the mouse, and changed by the same bar", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const bars = new Map<string, string>();
	for (const [index, title] of names.entries()) {
		const dates = { start_on: day(index), due_on: day(index + 1) };
		bars.set(title, (await makeTask(people.bob, project, title, dates)).id);
	}
	await makeTask(people.bob, project, "Undated");
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const mark = (title: string) => page.locator(`[data-bar="${bars.get(title)}"]`);
	const button = (title: string) => mark(title).getByRole("button");
	const chosen = async () => {
		const ids = await page
			.locator("[data-bar][data-selected]")
			.evaluateAll((all) => all.map((one) => (one as SVGElement).dataset["bar"]));
		return names.filter((title) => ids.includes(bars.get(title)));
	};
	await button("One").focus();
	await page.keyboard.press("x");
	await expect(bar(page)).toContainText("1 selected");
	await expect(button("One")).toHaveAccessibleName(/, selected$/);
	await page.keyboard.press("Shift+ArrowDown");
	await expect(button("Two")).toBeFocused();
	await expect(bar(page)).toContainText("2 selected");
	await mark("Four").locator(".tl-box").click({ modifiers: ["Shift"] });
	await page.locator(".tl-name").filter({ hasText: "Three" }).click({ modifiers: ["ControlOrMeta"] });
	expect(await chosen()).toEqual(["One", "Two", "Four"]);
	await expect(page).toHaveURL(`/p/${project.key}/timeline`);
	expect(page.context().pages()).toHaveLength(1);
	// The arrows of a bar still move it, and what is taken back leaves the selection alone.
	await button("Five").focus();
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Escape");
	expect(await chosen()).toEqual(["One", "Two", "Four"]);
	await page.keyboard.press("t");
	await expect(page.getByText("3 tasks done").last()).toBeVisible();
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	const done = (await snapshot(people.alice, project)).tasks.filter(({ completed_at }) => completed_at !== null);
	expect(done.map(({ title }) => title).sort()).toEqual(["Four", "One", "Two"]);
	await page.keyboard.press("Control+z");
	await expect(mark("One")).not.toHaveClass(/tl-done/);
	await axeFindsNothing(page);
	await page.keyboard.press("Escape");
	await expect(bar(page)).toHaveCount(0);
	expect(await chosen()).toEqual([]);
	// One without dates, in the list below the plan.
	await page.setViewportSize({ width: 1280, height: 800 });
	const waiting = page.locator(".tl-waiting-task").filter({ hasText: "Undated" });
	if (!(await waiting.isVisible())) await page.getByRole("button", { name: /^Without dates/ }).click();
	await waiting.getByRole("link").click({ modifiers: ["ControlOrMeta"] });
	await expect(bar(page)).toContainText("1 selected");
	await expect(waiting).toHaveAttribute("data-selected", "true");
});
