// A card is carried by mouse, by finger and by keys; where it lies on the page is where the server has it.
import type { Task } from "./support/api";
import { Board, middle } from "./support/board";
import { Finger } from "./support/finger";
import type { People } from "./support/people";
import { makeProject, makeTask, type Project, titles } from "./support/projects";
import { expect, test } from "./support/test";

const some = ["Apples", "Bread", "Cheese", "Dates"];

async function prepare(people: People): Promise<{ project: Project; tasks: Task[] }> {
	const project = await makeProject(people);
	const tasks: Task[] = [];
	for (const title of some) tasks.push(await makeTask(people.alice, project, title));
	return { project, tasks };
}

test.describe("by mouse", () => {
	test("a card moves to another column, and everybody sees it there", async ({ world, people }) => {
		const { project } = await prepare(people);
		const board = new Board(await world.open(people.bob, `/p/${project.key}/board`));
		const theirs = new Board(await world.open(people.charlie, `/p/${project.key}/board`));
		await expect(theirs.card("Bread")).toBeVisible();

		await board.drag("Bread", board.column("Doing").locator(".column-cards"), "middle");

		await expect(board.column("Doing").locator(".card")).toHaveText(/Bread/);
		await expect(theirs.column("Doing").locator(".card")).toHaveText(/Bread/);
		await expect(theirs.card("Bread")).toContainText("Bob moved this");
		await board.agrees(people.bob, project);
		await theirs.agrees(people.charlie, project);
	});

	test("a card goes above and below others of its column and of another one", async ({ world, people }) => {
		const { project } = await prepare(people);
		await makeTask(people.alice, project, "Eggs", { column_id: project.columns["Doing"] });
		const board = new Board(await world.open(people.bob, `/p/${project.key}/board`));

		await board.drag("Dates", board.card("Apples"), "top");
		await board.agrees(people.bob, project);
		expect((await board.titles())["To do"]).toEqual(["Dates", "Apples", "Bread", "Cheese"]);

		await board.drag("Dates", board.card("Bread"), "bottom");
		await board.agrees(people.bob, project);
		expect((await board.titles())["To do"]).toEqual(["Apples", "Bread", "Dates", "Cheese"]);

		await board.drag("Cheese", board.card("Eggs"), "top");
		await board.drag("Apples", board.card("Eggs"), "bottom");
		await board.agrees(people.bob, project);
		expect(await titles(people.bob, project)).toEqual({
			"To do": ["Bread", "Dates"],
			Doing: ["Cheese", "Eggs", "Apples"],
			Done: [],
		});
	});

	test("a move is undone by its toast", async ({ world, people }) => {
		const { project } = await prepare(people);
		const before = await titles(people.bob, project);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);

		await board.drag("Bread", board.column("Done").locator(".column-cards"), "middle");
		await expect(board.column("Done").locator(".card")).toHaveCount(1);
		await page
			.locator(".toast")
			.filter({ hasText: "moved to Done" })
			.getByRole("button", { name: "Undo" })
			.click();

		await expect(board.column("Done").locator(".card")).toHaveCount(0);
		await board.agrees(people.bob, project);
		expect(await titles(people.bob, project)).toEqual(before);
	});

	test("a column at its limit refuses the card, which goes back, and the page says why", async ({
		world,
		people,
	}) => {
		world.expectTrouble(/status of 409/);
		const columns = [{ name: "To do" }, { name: "Doing", wip_limit: 1 }];
		const project = await makeProject(people, { columns });
		for (const title of some) await makeTask(people.alice, project, title);
		await makeTask(people.alice, project, "Alone", { column_id: project.columns["Doing"] });
		const before = await titles(people.bob, project);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);

		await board.drag("Cheese", board.card("Alone"), "bottom");

		const toast = page.locator(".toast");
		await expect(toast).toContainText(`Could not move ${project.key}-3; it is back in its place.`);
		await expect(toast).toContainText("The column is at its limit.");
		await board.agrees(people.bob, project);
		expect(await titles(people.bob, project)).toEqual(before);
		await expect(board.column("Doing").locator(".column-count")).toContainText("At its limit");
	});
});

test.describe("by finger", () => {
	test.use({ hasTouch: true });

	test("a press that does not move opens the card's menu, and its button is there without hovering", async ({
		world,
		people,
	}) => {
		// Without a done column: what is completed stays in reach.
		const project = await makeProject(people, { columns: [{ name: "To do" }] });
		await makeTask(people.alice, project, "Press me");
		const page = await world.open(people.bob, `/p/${project.key}/board`, {
			hasTouch: true,
			isMobile: true,
			viewport: { width: 390, height: 780 },
		});
		const board = new Board(page);
		await expect(board.card("Press me").locator(".card-menu")).toHaveCSS("opacity", "1");
		const finger = await Finger.of(page);
		await finger.lift(board, "Press me");
		await finger.up();
		await expect(page.getByRole("menu")).toBeVisible();
		await page.getByRole("menuitem", { name: "Mark as done" }).click();
		await expect(page.getByRole("menu")).toHaveCount(0);

		// What is dropped on nothing stays, and that is said.
		await finger.lift(board, "Press me");
		await finger.slide({ x: 200, y: 20 });
		await finger.up();
		await expect(page.locator(".toast").filter({ hasText: "Dropped outside of the columns" })).toBeVisible();
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
	});

	test("a long press lifts a card, and it lies where the finger leaves it", async ({ world, people }) => {
		const { project } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);
		const finger = await Finger.of(page);

		await finger.lift(board, "Cheese");
		const target = await middle(board.column("Doing").locator(".column-cards"));
		await finger.slide(target);
		await expect(board.column("Doing")).toHaveAttribute("data-target", "true");
		await finger.up();

		await expect(board.column("Doing").locator(".card")).toHaveText(/Cheese/);
		await board.agrees(people.bob, project);
	});

	test("a tap opens the task, and a swipe moves nothing", async ({ world, people }) => {
		const { project } = await prepare(people);
		const before = await titles(people.bob, project);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);
		const finger = await Finger.of(page);

		const from = await middle(board.card("Apples"));
		await finger.down(from);
		await finger.slide({ x: from.x, y: from.y + 200 });
		await finger.up();
		expect(await board.titles()).toEqual(before);

		await board.link("Apples").tap();
		await expect(page.getByRole("dialog", { name: `${project.key}-1 Apples` })).toBeVisible();
		await board.agrees(people.bob, project);
	});
});

test.describe("by keyboard", () => {
	test("space lifts, arrows move, space drops, and every step is said", async ({ world, people }) => {
		const { project } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);
		const said = page.getByRole("status");
		const name = `${project.key}-2`;
		await board.link("Bread").focus();

		await page.keyboard.press("Space");
		await expect(said.filter({ hasText: `Lifted. ${name}: To do, position 2 of 4.` })).toHaveCount(1);
		await page.keyboard.press("ArrowDown");
		await expect(said.filter({ hasText: `${name}: To do, position 3 of 4` })).toHaveCount(1);
		await page.keyboard.press("ArrowRight");
		await expect(said.filter({ hasText: `${name}: Doing, position 1 of 1` })).toHaveCount(1);
		expect((await titles(people.bob, project))["To do"], "nothing is sent before the drop").toEqual(some);
		await page.keyboard.press("ArrowLeft");
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Space");

		await expect(said.filter({ hasText: `Dropped. ${name}: To do, position 3 of 4.` })).toHaveCount(1);
		await expect(board.link("Bread")).toBeFocused();
		await board.agrees(people.bob, project);
		expect((await titles(people.bob, project))["To do"]).toEqual(["Apples", "Cheese", "Bread", "Dates"]);
	});

	test("escape puts a lifted card back", async ({ world, people }) => {
		const { project } = await prepare(people);
		const before = await titles(people.bob, project);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);
		await board.link("Bread").focus();

		await page.keyboard.press("Space");
		await page.keyboard.press("ArrowRight");
		await expect(board.column("Doing").locator(".card")).toHaveText(/Bread/);
		await page.keyboard.press("Escape");

		const back = `Back where it was. ${project.key}-2: To do, position 2 of 4.`;
		await expect(page.getByRole("status").filter({ hasText: back })).toHaveCount(1);
		await expect(board.link("Bread")).toBeFocused();
		expect(await board.titles()).toEqual(before);
		await board.agrees(people.bob, project);
	});

	test("shift and an arrow moves at once, and the focus stays with the card", async ({ world, people }) => {
		const { project } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/board`);
		const board = new Board(page);
		await board.link("Bread").focus();

		await page.keyboard.press("Shift+ArrowUp");
		await expect(board.link("Bread")).toBeFocused();
		await page.keyboard.press("Shift+ArrowRight");
		await expect(board.link("Bread")).toBeFocused();

		await board.agrees(people.bob, project);
		expect(await titles(people.bob, project)).toEqual({
			"To do": ["Apples", "Cheese", "Dates"],
			Doing: ["Bread"],
			Done: [],
		});
	});

	test("a reader can look at everything and lift nothing", async ({ world, people }) => {
		const project = await makeProject(people, { charlie: "viewer" });
		await makeTask(people.alice, project, "Look at me");
		const page = await world.open(people.charlie, `/p/${project.key}/board`);
		const board = new Board(page);
		await board.link("Look at me").focus();
		await page.keyboard.press("Space");
		await page.keyboard.press("Shift+ArrowRight");
		await expect(page.locator("[data-lifted]")).toHaveCount(0);
		await expect(page.getByRole("button", { name: /^Add a task/ })).toHaveCount(0);
		expect((await board.titles())["To do"]).toEqual(["Look at me"]);
	});
});
