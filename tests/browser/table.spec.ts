// The tasks of a project as a table: order, groups, columns, and cells that are edited by hand and by keyboard.
import type { Locator, Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { pretendMany } from "./support/many";
import { day, makeProject, makeTask, type Project, snapshot } from "./support/projects";
import { expect, test, type World } from "./support/test";
import { figure } from "./support/timing";

/** Four tasks: two with a label, two of Bob's, one in another column. */
async function furnish({ people }: World): Promise<Project> {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const path = `/projects/${project.id}`;
	const label = await alice.api.post<{ id: string }>(`${path}/labels`, { name: "Bug", colour: "#c4413a" });
	await alice.api.post(`${path}/milestones`, { name: "Beta", due_on: day(20) });
	const labelled = { label_ids: [label.id] };
	await makeTask(alice, project, "Dig", { due_on: day(3), assignee_ids: [bob.id], ...labelled, estimate: 3 });
	await makeTask(alice, project, "Plant", { due_on: day(1), priority: "high", ...labelled });
	await makeTask(alice, project, "Water", { assignee_ids: [bob.id] });
	await makeTask(alice, project, "Harvest", { due_on: day(2), column_id: project.columns["Doing"] });
	return project;
}

class Table {
	constructor(readonly page: Page) {}

	row(title: string): Locator {
		return this.page
			.getByRole("row")
			.filter({ has: this.page.getByRole("gridcell", { name: title, exact: true }) });
	}

	cell(title: string, column: string): Locator {
		return this.row(title).locator(`[data-column="${column}"]`);
	}

	head(name: string): Locator {
		return this.page.getByRole("columnheader", { name });
	}

	/** From top to bottom: the titles, and what the heads of groups say. */
	rows(): Promise<string[]> {
		return this.page.locator(".table-body > [role=row]").evaluateAll((rows) => {
			const top = (row: Element) => row.getBoundingClientRect().top;
			return rows
				.sort((a, b) => top(a) - top(b))
				.map((row) => (row.querySelector(".table-title") ?? row).textContent?.trim() ?? "");
		});
	}

	shows(...rows: string[]): Promise<void> {
		return expect.poll(() => this.rows()).toEqual(rows);
	}

	/** The cell that has the focus, as title and column. */
	focused(): Promise<string> {
		return this.page.evaluate(() => {
			const cell = document.activeElement?.closest<HTMLElement>("[data-column]");
			const title = cell?.parentElement?.querySelector(".table-title")?.textContent ?? "";
			return `${title} ${cell?.dataset["column"]}`;
		});
	}
}

async function open(world: World, project: Project, query = "", person = world.people.bob) {
	const page = await world.open(person, `/p/${project.key}/table${query}`);
	await expect(page.getByRole("grid")).toBeVisible();
	return { page, table: new Table(page) };
}

test("rows are sorted by their heads and grouped, and the address keeps both", async ({ world }) => {
	const project = await furnish(world);
	const { page, table } = await open(world, project);
	await table.shows("Dig", "Plant", "Water", "Harvest");
	// The filters and what is beside them are one line.
	expect((await page.getByRole("search", { name: "Filter" }).boundingBox())?.height).toBeLessThan(64);
	await table.head("Due").click();
	await expect(table.head("Due")).toHaveAttribute("aria-sort", "ascending");
	// What has no date comes last in both directions.
	await table.shows("Plant", "Harvest", "Dig", "Water");
	await table.head("Due").press("Enter");
	await expect(table.head("Due")).toHaveAttribute("aria-sort", "descending");
	await table.shows("Dig", "Harvest", "Plant", "Water");
	await page.getByRole("button", { name: "Group", exact: true }).click();
	await page.getByRole("menuitemradio", { name: "Group by assignee" }).click();
	await expect(page).toHaveURL(/sort=-due_on&group=assignee/);
	await table.shows("Bob2 tasks", "Dig", "Water", "Nobody2 tasks", "Harvest", "Plant");
	const bob = page.getByRole("gridcell", { name: "Bob 2 tasks" });
	await expect(bob).toHaveAttribute("aria-expanded", "true");
	await bob.click();
	await table.shows("Bob2 tasks", "Nobody2 tasks", "Harvest", "Plant");
	await page.reload();
	await table.shows("Bob2 tasks", "Nobody2 tasks", "Harvest", "Plant");
	await page.goto(`/p/${project.key}/table?sort=title`);
	await table.shows("Dig", "Harvest", "Plant", "Water");
	await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", "5");
	await expect(table.row("Plant")).toHaveAttribute("aria-rowindex", "4");
	// Two presses more: the order of the board again.
	await table.head("Title").click();
	await table.head("Title").click();
	await expect(table.head("Title")).toHaveAttribute("aria-sort", "none");
	await table.shows("Dig", "Plant", "Water", "Harvest");
	await expect(page).toHaveURL(`/p/${project.key}/table`);
});

test("cells are edited by keyboard, and others see it at once", async ({ world, people }) => {
	const project = await furnish(world);
	const { page, table } = await open(world, project);
	const watching = await world.open(people.charlie, `/p/${project.key}/board`);
	await table.cell("Dig", "title").click();
	expect(await table.focused()).toBe("Dig title");
	// What is typed replaces the title, and Enter goes on below.
	await page.keyboard.type("Digging");
	await expect(page.getByRole("textbox", { name: /^Title of/ })).toHaveValue("Digging");
	await page.keyboard.press("Enter");
	await expect.poll(() => table.focused()).toBe("Plant title");
	await expect(watching.locator(".card-title").filter({ hasText: "Digging" })).toBeVisible();
	// Enter changes the title, Escape restores it.
	await page.keyboard.press("Enter");
	await expect(page.getByRole("textbox", { name: /^Title of/ })).toHaveValue("Plant");
	await page.keyboard.type("Other");
	await page.keyboard.press("Escape");
	await expect.poll(() => table.focused()).toBe("Plant title");
	await expect(table.row("Plant")).toBeVisible();
	// Tab goes on beside.
	await page.keyboard.press("F2");
	await page.keyboard.press("End");
	await page.keyboard.type("ing");
	await page.keyboard.press("Tab");
	await expect.poll(() => table.focused()).toBe("Planting column");
	await page.keyboard.press("Enter");
	await page.getByRole("dialog", { name: "Move to column" }).getByRole("combobox").fill("Doing");
	await page.keyboard.press("Enter");
	await expect(table.cell("Planting", "column")).toHaveText("Doing");
	await expect.poll(() => table.focused()).toBe("Planting column");
	// A number that is none is said, and stays in the field.
	await table.cell("Digging", "estimate").click();
	await page.keyboard.type("1x");
	await page.keyboard.press("Enter");
	await expect(page.getByRole("alert").filter({ hasText: "A number from 0" })).toBeVisible();
	await page.keyboard.press("Backspace");
	await page.keyboard.type(",5");
	await page.keyboard.press("Enter");
	await expect(table.cell("Digging", "estimate")).toHaveText("1.5");
	// A date begins with the digit that was typed.
	await table.cell("Digging", "due_on").click();
	await page.keyboard.type("2030-04-05");
	await page.keyboard.press("Enter");
	await expect(table.cell("Digging", "due_on")).toContainText("5 Apr 2030");
	await expect.poll(() => table.focused()).toBe("Digging due_on");
	await page.keyboard.press("Delete");
	await expect(table.cell("Digging", "due_on")).toHaveText("");
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	const { tasks } = await snapshot(people.alice, project);
	const digging = tasks.find(({ title }) => title === "Digging");
	expect(digging).toMatchObject({ estimate: 1.5, due_on: null });
	expect(tasks.find(({ title }) => title === "Planting")?.column_id).toBe(project.columns["Doing"]);
	// Undo is the one of the commands that every screen has.
	await page.keyboard.press("Control+z");
	await expect(table.cell("Digging", "due_on")).toContainText("5 Apr 2030");
});

test("the keys of a grid move the focus, and it stays in the table when its row goes", async ({
	world,
	people,
}) => {
	const project = await furnish(world);
	const { page, table } = await open(world, project);
	await table.cell("Plant", "priority").click();
	await page.keyboard.press("ArrowDown");
	await expect.poll(() => table.focused()).toBe("Water priority");
	await page.keyboard.press("ArrowRight");
	await expect.poll(() => table.focused()).toBe("Water milestone");
	await page.keyboard.press("Home");
	await expect.poll(() => table.focused()).toBe("Water select");
	await page.keyboard.press("Control+End");
	await expect.poll(() => table.focused()).toBe("Harvest estimate");
	await page.keyboard.press("Control+Home");
	await expect.poll(() => table.focused()).toBe("Dig select");
	await page.keyboard.press("ArrowUp");
	await page.keyboard.press("ArrowRight");
	await expect(table.head("Number")).toBeFocused();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowDown");
	await expect.poll(() => table.focused()).toBe("Plant number");
	const { tasks } = await snapshot(people.alice, project);
	const plant = tasks.find(({ title }) => title === "Plant");
	await people.alice.api.put(`/projects/${project.id}/tasks/${plant?.id}/archive`);
	await table.shows("Dig", "Water", "Harvest");
	await expect.poll(() => table.focused()).toBe("Water number");
	// Enter on the number opens the task over the table.
	await page.keyboard.press("Enter");
	await expect(page.getByRole("dialog")).toContainText("Water");
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/table/\\d+$`));
	await page.keyboard.press("Escape");
	await expect(page).toHaveURL(`/p/${project.key}/table`);
	await page.keyboard.press("g");
	await page.keyboard.press("b");
	await expect(page.locator(".card").first()).toBeVisible();
	await page.keyboard.press("g");
	await page.keyboard.press("l");
	await expect(page.getByRole("grid")).toBeVisible();
});

test("cells are copied and pasted as spreadsheets do, and what is not understood changes nothing", async ({
	world,
	people,
}) => {
	const project = await furnish(world);
	const { page, table } = await open(world, project);
	const paste = (text: string) =>
		page.evaluate((data) => {
			const clipboardData = new DataTransfer();
			clipboardData.setData("text/plain", data);
			const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
			document.activeElement?.dispatchEvent(event);
		}, text);
	const copy = () =>
		page.evaluate(() => {
			const clipboardData = new DataTransfer();
			const event = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true });
			document.activeElement?.dispatchEvent(event);
			return clipboardData.getData("text/plain");
		});
	await table.cell("Dig", "labels").click();
	expect(await copy()).toBe("Bug");
	await table.cell("Water", "labels").click();
	await paste("Bug");
	await expect(table.cell("Water", "labels")).toHaveText("Bug");
	// By the keys of the browser itself.
	await table.cell("Dig", "estimate").click();
	await page.keyboard.press("Control+c");
	await table.cell("Water", "estimate").click();
	await page.keyboard.press("Control+v");
	await expect(table.cell("Water", "estimate")).toHaveText("3");
	// A block begins at the cell that has the focus.
	await table.cell("Dig", "priority").click();
	await paste('Urgent\tBeta\r\nlow\t""\r\n');
	await expect(table.cell("Dig", "priority")).toContainText("Urgent");
	await expect(table.cell("Dig", "milestone")).toHaveText("Beta");
	await expect(table.cell("Plant", "priority")).toContainText("Low");
	await page.getByRole("button", { name: "Undo" }).last().click();
	await expect(table.cell("Dig", "priority")).toHaveText("");
	await expect(table.cell("Dig", "milestone")).toHaveText("");
	await expect(table.cell("Plant", "priority")).toContainText("High");
	// One of the cells is not understood: none is changed.
	await table.cell("Dig", "priority").click();
	await paste("Low\nVery high");
	await expect(page.getByText("Nothing was pasted")).toBeVisible();
	await expect(page.getByText(/-2, Priority: there is no “Very high”/)).toBeVisible();
	await expect(table.cell("Dig", "priority")).toHaveText("");
	await table.cell("Harvest", "title").click();
	await paste("One\nTwo");
	await expect(page.getByText(/The table ends before the last 1 row/)).toBeVisible();
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	const { tasks } = await snapshot(people.alice, project);
	expect(tasks.map(({ title, priority }) => `${title} ${priority}`).sort()).toEqual([
		"Dig none",
		"Harvest none",
		"Plant high",
		"Water none",
	]);
	// Selected rows are copied whole, in the order in which they are shown.
	await table.cell("Plant", "number").click();
	await page.keyboard.press("Space");
	await page.keyboard.press("Shift+ArrowDown");
	const lines = (await copy()).split("\n").map((line) => line.split("\t").slice(1, 5));
	expect(lines).toEqual([
		["Plant", "To do", "", "Bug"],
		["Water", "To do", "Bob", "Bug"],
	]);
});

test("columns are chosen and resized, and a visit later they are as they were", async ({ world }) => {
	const project = await furnish(world);
	const { page, table } = await open(world, project);
	await page.getByRole("button", { name: "Columns", exact: true }).click();
	await page.getByRole("option", { name: "Labels" }).click();
	await page.getByRole("option", { name: "Created" }).click();
	await page.keyboard.press("Escape");
	await expect(table.head("Labels")).toHaveCount(0);
	await expect(table.head("Created")).toHaveCount(1);
	const width = async (name: string) => Math.round((await table.head(name).boundingBox())?.width ?? 0);
	const before = await width("Title");
	const grip = table.head("Title").locator(".table-grip");
	const box = await grip.boundingBox();
	if (!box) throw new Error("it has no grip");
	await page.mouse.move(box.x + 4, box.y + 10);
	await page.mouse.down();
	await page.mouse.move(box.x + 84, box.y + 10, { steps: 4 });
	await page.mouse.up();
	await expect.poll(() => width("Title")).toBe(before + 80);
	// No press on the head: the order is as it was.
	await expect(table.head("Title")).toHaveAttribute("aria-sort", "none");
	await table.head("Title").focus();
	await page.keyboard.press("Shift+ArrowLeft");
	await expect.poll(() => width("Title")).toBe(before + 64);
	await page.reload();
	await expect(table.head("Created")).toHaveCount(1);
	await expect(table.head("Labels")).toHaveCount(0);
	await expect.poll(() => width("Title")).toBe(before + 64);
	await page.getByRole("button", { name: "Usual columns and widths" }).click();
	await expect(table.head("Labels")).toHaveCount(1);
	await expect.poll(() => width("Title")).toBe(before);
});

test("who may only read finds the same rows, and nothing to change", async ({ world, people }) => {
	const project = await furnish(world);
	await people.alice.api.put(`/projects/${project.id}/members/${people.charlie.id}`, { role: "viewer" });
	const { page, table } = await open(world, project, "", people.charlie);
	await table.cell("Dig", "title").click();
	await expect(table.cell("Dig", "title")).toHaveAttribute("aria-readonly", "true");
	await page.keyboard.type("No");
	await table.cell("Dig", "title").dblclick();
	await expect(page.locator(".table-field")).toHaveCount(0);
	await table.cell("Dig", "priority").click();
	await page.keyboard.press("Delete");
	await expect(table.row("Dig")).toBeVisible();
});

test("10,000 rows: few are drawn, and the browser finds those that are not", async ({ world, people }) => {
	const project = await makeProject(people);
	const first = await makeTask(people.alice, project, "The only one on the server");
	const page = await (await world.browser(people.bob)).newPage();
	await pretendMany(page, project, first, 10_000);
	await page.goto(`/p/${project.key}/table`);
	const table = new Table(page);
	await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", "10001");
	const drawn = () => page.locator(".table-body > [role=row]").count();
	expect(await drawn()).toBeLessThan(80);
	const scroller = page.locator(".table-scroll");
	await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
	await expect(table.row("Task 10000 of many")).toBeVisible();
	expect(await drawn()).toBeLessThan(80);
	// Rows far away are texts that only the browser's search reads. It tells by an event where it has found something.
	const far = page.locator(".table-finder > [hidden=until-found]").filter({ hasText: "Task 77 of many" });
	await expect(far).toHaveCount(1, { timeout: 20_000 });
	expect(await page.evaluate(() => "onbeforematch" in document.body)).toBe(true);
	await table.head("Number").click();
	await table.head("Number").click();
	// Also when the texts are still those of another order.
	// For a moment the texts of both orders are there.
	await far.first().dispatchEvent("beforematch");
	await expect(table.row("Task 77 of many")).toBeVisible();
	await scroller.evaluate((element) => element.scrollTo(0, 0));
	await expect(table.row("Task 10000 of many")).toBeVisible();
	const below = page.locator(".table-finder > [hidden=until-found]").filter({ hasText: "Task 9999 of many" });
	// What was drawn is such a text again when it is drawn no more.
	await expect(below).toHaveCount(0, { timeout: 20_000 });
	await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
	await expect(below).toHaveCount(1);
	await scroller.evaluate((element) => element.scrollTo(0, 0));
	await expect(table.row("Task 77 of many")).toHaveCount(0);
	await expect(far).toHaveCount(1, { timeout: 20_000 });
	await far.dispatchEvent("beforematch");
	await expect(table.row("Task 77 of many")).toBeVisible();
	// What is drawn is found there, and not twice.
	await expect(far).toHaveCount(0);

	const sorted = await page.evaluate(async () => {
		const times: string[] = [];
		for (const column of ["title", "assignees", "priority", "due_on"]) {
			const begun = performance.now();
			document.querySelector<HTMLElement>(`.table-head[data-column="${column}"]`)?.click();
			// The rows are in the page behind the microtasks.
			await new Promise((resolve) => setTimeout(resolve));
			times.push(`${column} ${Math.round(performance.now() - begun)}`);
			await new Promise(requestAnimationFrame);
		}
		return times;
	});
	figure(`from the press to the sorted rows in ms: ${sorted.join(", ")}`);
	await table.head("Due").click();
	await table.head("Due").click();
	await table.head("Number").click();
	await table.head("Number").click();

	const times = await page.evaluate(async () => {
		const element = document.querySelector(".table-scroll");
		const frames: number[] = [];
		let last = performance.now();
		for (let step = 0; step < 60; step++) {
			element?.scrollBy(0, 400);
			await new Promise(requestAnimationFrame);
			frames.push(performance.now() - last);
			last = performance.now();
		}
		return frames.sort((a, b) => a - b);
	});
	figure(
		`frames of a fast scroll: median ${Math.round(times[30] ?? 0)} ms, worst ${Math.round(times[59] ?? 0)} ms`,
	);
});

test("on a phone the titles stay while the rest scrolls sideways; axe finds nothing in either theme", async ({
	world,
}) => {
	const project = await furnish(world);
	const { page, table } = await open(world, project, "?group=label&sort=due_on");
	await axeFindsNothing(page);
	await page.locator(".table-scroll").evaluate((element) => element.scrollTo(500, 0));
	const title = await table.cell("Water", "title").boundingBox();
	expect(title?.x).toBe(0);
	await expect(table.row("Water").locator(".table-title")).toBeInViewport();
	await expect(table.cell("Water", "number")).not.toBeInViewport();
});
