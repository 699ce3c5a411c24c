// The page in the hands of anybody: at midnight, after sleep, after an upgrade, in any script and with any browser's settings.
import { Board } from "./support/board";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("a board that is left open knows at midnight that it is tomorrow", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Water the plants", { due_on: day(0) });
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	await page.clock.install();
	await page.goto(`/p/${project.key}/board`);
	const due = new Board(page).card("Water the plants").locator(".due");
	await expect(due).toHaveAttribute("data-state", "today");
	await page.clock.fastForward("24:00:00");
	await expect(due).toHaveAttribute("data-state", "overdue");
});

test("a machine that wakes asks for a new stream at once when the old one is silent", async ({
	world,
	people,
}) => {
	world.expectTrouble(/ERR_/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Before");
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	await page.clock.install();
	await page.goto(`/p/${project.key}/board`);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	const streams: string[] = [];
	page.on("request", (request) => {
		if (request.url().endsWith("/api/v1/events")) streams.push(request.url());
	});
	// The clock of a sleeping machine stands still for timers, and is right when it wakes.
	await page.clock.setSystemTime(Date.now() + 3_600_000);
	await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
	await expect.poll(() => streams.length, { timeout: 3000 }).toBe(1);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	// A stream that is alive is left alone.
	await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
	await page.waitForTimeout(300);
	expect(streams).toHaveLength(1);
});

test("a field that cannot be downloaded stays in sight, with what is typed in it", async ({
	world,
	people,
}) => {
	world.expectTrouble(/404|Failed to load/);
	const project = await makeProject(people);
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	const parts = "**/assets/soon-*.js";
	await page.route(parts, (route) => route.fulfill({ status: 404 }));
	await page.goto(`/p/${project.key}/board`);
	const column = new Board(page).column("To do");
	await column.getByRole("button", { name: "Add a task to To do" }).click();
	const field = column.getByRole("textbox", { name: "Add a task to To do" });
	await field.pressSequentially("Half a");
	await expect(column.getByRole("alert")).toContainText("This could not be loaded");
	await field.pressSequentially(" thought");
	await expect(field).toHaveValue("Half a thought");
	await page.unroute(parts);
	await page.reload();
	await column.getByRole("button", { name: /^Go on adding to To do/ }).click();
	await expect(field).toHaveValue("Half a thought");
	await field.press("Enter");
	await expect(new Board(page).card("Half a thought")).toBeVisible();
});

test("a tab that is older than the server offers to load again, and keeps what was typed", async ({
	world,
	people,
}) => {
	world.expectTrouble(/404|Failed to load/);
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.column("To do").getByRole("button", { name: "Add a task to To do" }).click();
	await board.column("To do").getByRole("textbox").fill("Half a thought");
	// After an upgrade the parts have other names, and the page names them.
	await page.route("**/assets/timeline-*.js", (route) => route.fulfill({ status: 404 }));
	await page.route(/\/$/, (route) =>
		route.fulfill({ contentType: "text/html", body: "<script src=/assets/new.js>" }),
	);
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page.getByText("Boardcast was updated").first()).toBeVisible();
	await page.unroute("**/assets/timeline-*.js");
	await page.unroute(/\/$/);
	await page.getByRole("button", { name: "Load again" }).click();
	await expect(page.locator(".tl-plot")).toBeVisible();
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await expect(board.column("To do").getByRole("button", { name: /Half a thought/ })).toBeVisible();
});

test("text that runs from right to left is laid out that way, and turns nothing around it", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "שלום עולם!", { description: "یک two سه four" });
	await makeTask(people.alice, project, "Left to right");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const direction = (selector: string, text: string) =>
		page
			.locator(selector)
			.filter({ hasText: text })
			.evaluate((element) => getComputedStyle(element).direction);
	const prose = ".task-description :is(.prose, .rendered)";
	await expect(page.locator(prose)).toBeVisible();
	expect(await direction(prose, "two")).toBe("rtl");
	const title = page.getByRole("textbox", { name: "Title" });
	expect(await title.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
	await page.keyboard.press("Escape");
	expect(await direction(".card-title", "שלום")).toBe("rtl");
	expect(await direction(".card-title", "Left")).toBe("ltr");
});

for (const languages of [["en-US@posix"], ["C"], []]) {
	test(`a browser whose languages are ${JSON.stringify(languages)} shows the page`, async ({
		world,
		people,
	}) => {
		const project = await makeProject(people);
		await makeTask(people.alice, project, "Dated", { due_on: "2026-01-02" });
		const browser = await world.browser(people.bob);
		const page = await browser.newPage();
		await page.addInitScript((languages) => {
			Object.defineProperty(navigator, "languages", { get: () => languages });
		}, languages);
		await page.goto(`/p/${project.key}/board`);
		await expect(new Board(page).card("Dated")).toContainText("2");
	});
}

test("a German browser gets one language, not two", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Made just now");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`, { locale: "de-DE" });
	await expect(page.locator(".task-created")).toContainText("Created by Alice · now");
});

test("shortcuts work on a layout of another script", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Заголовок");
	const page = await world.open(people.bob, `/p/${project.key}/board?q=ЗАГОЛОВОК`);
	await expect(new Board(page).card("Заголовок")).toBeVisible();
	await page.evaluate(() => {
		const init = { key: "с", code: "KeyC", bubbles: true, cancelable: true };
		document.body.dispatchEvent(new KeyboardEvent("keydown", init));
	});
	await expect(page.getByRole("textbox", { name: "Add a task to To do" })).toBeFocused();
});
