// Small things that a hand meets: narrow screens, long names, many people, paper, keys.
import { Api } from "./support/api";
import { Board } from "./support/board";
import { pretendMany } from "./support/many";
import { password } from "./support/people";
import { day, makeProject, makeTask, snapshot } from "./support/projects";
import { expect, test } from "./support/test";

test("long names stretch nothing: columns keep their width, labels stay in the sheet", async ({
	world,
	people,
}) => {
	const wide = "W".repeat(100);
	const project = await makeProject(people, { columns: [{ name: wide }, { name: "Doing" }] });
	const path = `/projects/${project.id}`;
	const label = await people.alice.api.post<{ id: string }>(`${path}/labels`, {
		name: wide,
		colour: "#c4413a",
	});
	const column_id = project.columns[wide];
	await makeTask(people.alice, project, wide, {
		column_id,
		label_ids: [label.id],
		assignee_ids: [people.bob.id],
	});
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const widths = () =>
		page.locator(".column").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
	await expect(page.locator(".card")).toBeVisible();
	expect(Math.max(...(await widths()))).toBeLessThan(300);
	await expect(page.getByRole("heading", { name: wide })).toHaveAttribute("title", wide);
	await page.getByRole("link", { name: `${project.key}-1 ${wide}` }).click();
	const side = page.getByRole("complementary", { name: "Properties" });
	await expect(side).toBeVisible();
	expect(await side.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
});

test("at 320 pixels every button of the board and of the sheet is in reach", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Narrow");
	const page = await world.open(people.bob, `/p/${project.key}/board`, {
		viewport: { width: 320, height: 700 },
	});
	await page.getByRole("button", { name: "Filter" }).click();
	await expect(page.getByRole("button", { name: "Show 1 task" })).toBeInViewport({ ratio: 1 });
	await expect(page.getByRole("button", { name: "Archived tasks" })).toBeVisible();
	await page.keyboard.press("Escape");
	await new Board(page).link("Narrow").click();
	const dialog = page.getByRole("dialog");
	await expect(dialog.getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
	await expect(dialog.getByRole("button", { name: "More actions" })).toBeInViewport({ ratio: 1 });
});

test("the filter finds everybody, however many they are", async ({ world, people }) => {
	const project = await makeProject(people);
	const { alice } = people;
	let last = "";
	for (let index = 0; index < 9; index++) {
		const name = `Charlie ${index}`;
		const email = `${project.key.toLowerCase()}-${index}@example.com`;
		const { id } = await Api.enter(alice.api.url, "/users", { email, name, password });
		await alice.api.put(`/projects/${project.id}/members/${id}`, { role: "editor" });
		last = id;
	}
	await makeTask(alice, project, "For the last one", { assignee_ids: [last] });
	await makeTask(alice, project, "For nobody");
	const page = await world.open(alice, `/p/${project.key}/board`);
	await page.getByRole("button", { name: "All people" }).click();
	await page.getByRole("option", { name: "Charlie 8" }).click();
	await expect(page.locator(".card")).toHaveText([/For the last one/]);
	await expect(page.locator(".bar-person").filter({ hasText: "C8" })).toHaveAttribute("aria-pressed", "true");
});

test("the switcher knows the column after the window was made narrow", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".column").first()).toBeVisible();
	await page.setViewportSize({ width: 390, height: 780 });
	await page
		.locator(".board-columns")
		.evaluate((board) => board.scrollTo({ left: 2000, behavior: "instant" }));
	const current = page.locator(".switcher-tab[aria-current]");
	await expect(current).toContainText("Done");
	await page.setViewportSize({ width: 420, height: 780 });
	await expect(current).toContainText("Done");
	await page.locator(".board-columns").evaluate((board) => board.scrollTo({ left: 0, behavior: "instant" }));
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.setViewportSize({ width: 390, height: 780 });
	await expect(current).toContainText("To do");
});

test("no key is listed twice", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Any");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".card")).toBeVisible();
	await page.keyboard.press("?");
	const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" }).locator("dd");
	await expect(keys.first()).toBeVisible();
	const all = await keys.evaluateAll((found) =>
		found.map((one) => [...one.querySelectorAll("kbd")].map(({ textContent }) => textContent).join(" ")),
	);
	expect([...all].sort()).toEqual([...new Set(all)].sort());
});

test("on paper the plan has its bars, and the board no buttons", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "On paper", { start_on: day(0), due_on: day(3) });
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	await expect(page.locator("[data-bar]")).toBeVisible();
	await page.emulateMedia({ media: "print" });
	const width = page.viewportSize()?.width ?? 0;
	await expect
		.poll(() => page.locator(".tl-box").evaluate((box) => box.getBoundingClientRect().right))
		.toBeLessThanOrEqual(width);
	await page.emulateMedia({ media: "screen" });
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await expect(page.locator(".card")).toBeVisible();
	await page.emulateMedia({ media: "print" });
	await expect(page.getByText("On paper")).toBeVisible();
	await expect(page.getByRole("button", { name: /Add a task|Actions for|Add column/ })).toHaveCount(0);
});

test("on paper a long column and the table have every task", async ({ world, people }) => {
	const project = await makeProject(people);
	const first = await makeTask(people.alice, project, "Task 1 of many");
	const page = await (await world.browser(people.bob)).newPage();
	await pretendMany(page, project, first, 60);
	for (const [view, rows] of [
		["board", ".card"],
		["table", ".table-row[data-task]"],
	] as const) {
		await page.emulateMedia({ media: "screen" });
		await page.goto(`/p/${project.key}/${view}`);
		await expect(page.getByText("Task 2 of many")).toBeVisible();
		expect(await page.locator(rows).count()).toBeLessThan(60);
		await page.emulateMedia({ media: "print" });
		await expect(page.locator(rows)).toHaveCount(60);
		// Each below the one before it, and none cut off by what scrolls on the screen.
		const tops = await page
			.locator(rows)
			.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
		expect(tops).toEqual([...new Set(tops)].sort((a, b) => a - b));
		const box = page.locator(rows).last().locator("xpath=ancestor::*[contains(@class, 'view')][1]");
		const end = await box.evaluate((view) => view.getBoundingClientRect().bottom);
		expect(Math.max(...tops)).toBeLessThan(end);
	}
	await page.emulateMedia({ media: "screen" });
	await expect.poll(() => page.locator(".table-row[data-task]").count()).toBeLessThan(60);
});

test("after my own move the card no longer says that another person moved it", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Pushed around");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	await expect(new Board(page).card("Pushed around")).toBeVisible();
	await people.alice.api.put(`/projects/${project.id}/tasks/${task.id}/position`, {
		column_id: project.columns["Doing"],
		after: null,
	});
	await expect(page.locator(".card-who")).toHaveText("Alice moved this");
	await new Board(page).link("Pushed around").focus();
	await page.keyboard.press("Shift+ArrowRight");
	await expect(page.locator(".card-who")).toHaveCount(0, { timeout: 2000 });
});

test("an empty board says something of keys, and a column that moves can be taken back", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.getByText("c adds a task, ? shows all keys.")).toHaveCount(1);
	await page.getByRole("button", { name: "Actions for the column Doing" }).click();
	await page.getByRole("menuitem", { name: "Move right" }).click();
	const names = async () => (await snapshot(people.bob, project)).columns.map(({ name }) => name);
	await expect.poll(names).toEqual(["To do", "Done", "Doing"]);
	await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
	await expect.poll(names).toEqual(["To do", "Doing", "Done"]);
});

test("the first administrator can type at once, and is asked for no account", async ({ world }) => {
	const server = await world.fresh();
	await expect.poll(() => server.said).toMatch(/\/setup#\S+/);
	const link = /http:\S+\/setup#\S+/.exec(server.said)?.[0] ?? "";
	const page = await (await world.browser(null)).newPage();
	await page.goto(link);
	await expect(page.getByLabel("Your name")).toBeFocused();
	await expect(page.getByText("Have an account already?")).toHaveCount(0);
});

test("a person has one colour, on a project's pages and on those without one", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "For Bob", { assignee_ids: [people.bob.id] });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const colour = page.locator(".sidebar-me .avatar");
	await expect(page.locator(".card .avatar")).toBeVisible();
	const there = (await page.locator(".card .avatar").getAttribute("data-hue")) ?? "";
	await expect(colour).toHaveAttribute("data-hue", there);
	await page.goto("/my-work");
	await expect(page.getByRole("link", { name: /For Bob/ })).toBeVisible();
	await expect(colour).toHaveAttribute("data-hue", there);
});

test("a card that goes leaves the focus to the one in its place, whoever took it away", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const titles = ["Roof", "Hedge", "Pond", "Gate"];
	const tasks = [];
	for (const title of titles) tasks.push(await makeTask(alice, project, title));
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Hedge").focus();
	await alice.api.delete(`/projects/${project.id}/tasks/${tasks[1]?.id}`);
	await expect(board.link("Pond")).toBeFocused();
	await page.keyboard.press("Delete");
	await expect(board.link("Gate")).toBeFocused();
	await page.keyboard.press("Delete");
	await expect(board.link("Roof")).toBeFocused();
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Delete");
	await expect(page.locator(".card")).toHaveCount(0);
	// What a person has turned to keeps the focus.
	const added = await makeTask(alice, project, "Fence");
	await makeTask(alice, project, "Path");
	await board.link("Fence").focus();
	await page.getByRole("button", { name: "Due", exact: true }).focus();
	await alice.api.delete(`/projects/${project.id}/tasks/${added.id}`);
	await expect(board.card("Fence")).toHaveCount(0);
	await expect(page.getByRole("button", { name: "Due", exact: true })).toBeFocused();
});
