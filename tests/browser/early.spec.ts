// A person types faster than the code of a field comes: nothing of it is lost, and the focus stays where the person has gone.
import type { Page } from "@playwright/test";
import { Board } from "./support/board";
import { makeProject, makeTask, titles } from "./support/projects";
import { expect, test } from "./support/test";

/** Whatever a person opens later waits until it is let through. */
async function holdFields(page: Page, part = "soon"): Promise<() => void> {
	let release = () => {};
	const released = new Promise<void>((resolve) => {
		release = resolve;
	});
	await page.route(new RegExp(`/assets/${part}-[^/]+\\.js$`), async (route) => {
		await released;
		await route.continue();
	});
	return release;
}

/** What lies in the place of the field while its code is on the way. */
const waitingTitle = (page: Page) => page.locator("textarea.card-field");
const waitingTask = (page: Page) => page.locator(".quick > textarea");
const quickForm = (page: Page) => page.locator(".quick-field");

test("a title that is ended before its field has come is saved, and the keys are the board's again", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	for (const title of ["Roof", "Hedge", "Pond"]) await makeTask(people.alice, project, title);
	const page = await world.open(people.bob, "/");
	const release = await holdFields(page);
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Roof").focus();
	await page.keyboard.press("e");
	await expect(waitingTitle(page)).toBeFocused();
	await page.keyboard.type("Roof of slate");
	await page.keyboard.press("Enter");
	await expect(waitingTitle(page)).toHaveCount(0);
	await expect(page.locator("[data-task] a:focus")).toHaveCount(1);
	// Keys after it are no text any more.
	await page.keyboard.press("ArrowDown");
	await expect(board.link("Hedge")).toBeFocused();
	// By a press elsewhere it ends too, and by Escape it is put aside.
	await page.keyboard.press("e");
	await page.keyboard.type("Hedge of yew");
	await page.getByRole("heading", { name: "Doing" }).click();
	await expect(waitingTitle(page)).toHaveCount(0);
	await board.link("Pond").focus();
	await page.keyboard.press("e");
	await page.keyboard.type("Never mind");
	await page.keyboard.press("Escape");
	await expect(board.link("Pond")).toBeFocused();

	release();
	await expect
		.poll(() => titles(people.alice, project))
		.toMatchObject({
			"To do": ["Roof of slate", "Hedge of yew", "Pond"],
		});
	await expect(page.locator(".toast").filter({ hasText: "Never mind" })).toHaveCount(1);
	await expect(waitingTitle(page)).toHaveCount(0);
	await expect(board.link("Pond")).toBeFocused();
});

test("a title that goes on being typed is in its field when that comes", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Roof");
	const page = await world.open(people.bob, "/");
	const release = await holdFields(page);
	await page.goto(`/p/${project.key}/board`);
	await new Board(page).link("Roof").focus();
	await page.keyboard.press("e");
	await page.keyboard.type("Roof of ");
	release();
	// The field takes over with its own error and keys; the text is the same.
	await expect(waitingTitle(page)).toHaveJSProperty("defaultValue", "");
	await expect(waitingTitle(page)).toBeFocused();
	await page.keyboard.type("slate");
	await page.keyboard.press("Enter");
	await expect.poll(() => titles(people.alice, project)).toMatchObject({ "To do": ["Roof of slate"] });
});

test("tasks that are entered before quick add has come are added in order, and a half one stays", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, "/");
	const release = await holdFields(page);
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	const open = () => board.column("Doing").getByRole("button", { name: "Add a task to Doing" }).click();
	await open();
	await expect(waitingTask(page)).toBeFocused();
	await page.keyboard.type("One");
	await page.keyboard.press("Enter");
	await page.keyboard.type("Two !high");
	await page.keyboard.press("Enter");
	await expect(waitingTask(page)).toHaveValue("");
	await page.keyboard.type("Thr");
	// Nothing is lost when the page goes away now.
	await page.reload();
	const again = board.column("Doing").getByRole("button", { name: /Thr/ });
	await again.click();
	await expect(waitingTask(page)).toHaveValue("One\nTwo !high\nThr");
	await waitingTask(page).fill("One");
	await page.keyboard.press("Enter");
	await page.keyboard.type("Two !high");
	await page.keyboard.press("Enter");
	await page.keyboard.type("Thr");

	release();
	await expect(quickForm(page)).toBeFocused();
	await expect(quickForm(page)).toHaveValue("Thr");
	await page.keyboard.type("ee");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Escape");
	await board.agrees(people.alice, project);
	expect((await titles(people.alice, project))["Doing"]).toEqual(["One", "Two", "Three"]);
});

test("quick add that is closed before it has come adds what was entered, and takes no focus later", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Roof");
	const page = await world.open(people.bob, "/");
	const release = await holdFields(page);
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await board.column("Doing").getByRole("button", { name: "Add a task to Doing" }).click();
	await page.keyboard.type("One");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Escape");
	await expect(waitingTask(page)).toHaveCount(0);
	await board.column("Done").getByRole("button", { name: "Add a task to Done" }).click();
	await page.keyboard.type("Half");
	await board.link("Roof").focus();
	await page.keyboard.press("e");
	await page.keyboard.type("Roof of ");

	release();
	await expect(quickForm(page)).toHaveValue("Half");
	await expect(board.card("One")).toBeVisible();
	await page.keyboard.type("slate");
	await page.keyboard.press("Enter");
	await expect
		.poll(() => titles(people.alice, project))
		.toEqual({ "To do": ["Roof of slate"], Doing: ["One"], Done: [] });
	await expect(quickForm(page)).toHaveValue("Half");
});

test("a card that another person moves goes on being edited", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Roof");
	await makeTask(alice, project, "Hedge");
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Roof").focus();
	await page.keyboard.press("e");
	await expect(waitingTitle(page)).toBeFocused();
	await page.keyboard.type("Roof of ");
	const place = `/projects/${project.id}/tasks/${task.id}/position`;
	const [first, doing] = [project.columns["To do"], project.columns["Doing"]];
	const hedge = board.column("To do").locator(".card").filter({ hasText: "Hedge" });
	// Below the other card, and then into another column.
	await alice.api.put(place, { column_id: first, before: null });
	await expect(hedge).toHaveCount(1);
	await expect(board.column("To do").locator(".card").last()).toHaveAttribute("data-task", task.id);
	await expect(waitingTitle(page)).toBeFocused();
	await page.keyboard.type("sl");
	await alice.api.put(place, { column_id: doing, after: null });
	await expect(board.column("Doing").locator("textarea")).toBeFocused();
	await page.keyboard.type("ate");
	await page.keyboard.press("Enter");
	await expect.poll(() => titles(alice, project)).toMatchObject({ Doing: ["Roof of slate"] });
});

test("a card that is lifted before the code for it has come is carried and dropped by the keys that follow", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	for (const title of ["Roof", "Hedge"]) await makeTask(people.alice, project, title);
	const page = await world.open(people.bob, "/");
	const release = await holdFields(page, "edits");
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Hedge").focus();
	await expect(board.link("Hedge")).toBeFocused();
	for (const key of ["Space", "ArrowRight", "Escape"]) await page.keyboard.press(key);
	for (const key of ["Space", "ArrowRight", "Space"]) await page.keyboard.press(key);
	release();
	await expect.poll(async () => (await titles(people.alice, project))["Doing"]).toEqual(["Hedge"]);
	await expect(board.link("Hedge")).toBeFocused();
	// The keys are the board's again.
	await page.keyboard.press("ArrowLeft");
	await expect(board.link("Roof")).toBeFocused();
});
