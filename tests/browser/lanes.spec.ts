// Swimlanes, folded columns, and what cards show.
import { AxeBuilder } from "@axe-core/playwright";
import { expect as expects, type Locator, type Page } from "@playwright/test";
import { settled } from "./support/axe";
import { Board, middle } from "./support/board";
import { day, makeProject, makeTask, snapshot } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function prepare({ people }: World) {
	const project = await makeProject(people);
	const Doing = { column_id: project.columns["Doing"] };
	await makeTask(people.alice, project, "Roof", { assignee_ids: [people.alice.id], due_on: day(3) });
	await makeTask(people.alice, project, "Hedge", { assignee_ids: [people.bob.id], priority: "high" });
	await makeTask(people.alice, project, "Pond", { assignee_ids: [people.bob.id], ...Doing });
	await makeTask(people.alice, project, "Gate");
	return project;
}

const lane = (page: Page, name: string) =>
	page.locator(".lane").filter({ has: page.locator(".lane-title", { hasText: name }) });
const cell = (page: Page, column: string, of: string) =>
	page.getByRole("group", { name: `${column}, ${of}`, exact: true });
const titles = (where: Locator) => where.locator(".card-title");

/** Carries a card into a list and drops it once the page says that it would land there. */
async function carry(page: Page, what: string | Locator, to: Locator): Promise<void> {
	const card = typeof what === "string" ? page.locator(".card").filter({ hasText: what }) : what;
	await expects(card).toHaveAttribute("draggable", "true");
	const from = await middle(card);
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move(from.x + 6, from.y + 6, { steps: 3 });
	await expects(card).toHaveAttribute("data-dragging", "true");
	const target = await middle(to);
	await page.mouse.move(target.x, target.y, { steps: 8 });
	await expects(async () => {
		await page.mouse.move(target.x + 1, target.y);
		await page.mouse.move(target.x, target.y);
		await expects(to).toHaveAttribute("data-target", "true", { timeout: 200 });
	}).toPass();
	await page.mouse.up();
}

test("lanes are kept in the address; a card that goes to another one changes its person and its column", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".card")).toHaveCount(4);
	await page.getByRole("button", { name: "Display" }).click();
	await page.getByRole("combobox", { name: "Lanes" }).click();
	await page.getByRole("option", { name: "People" }).click();
	await expect(page).toHaveURL(`/p/${project.key}/board?group=assignee`);
	await page.keyboard.press("Escape");
	await expect(page.locator(".lane")).toHaveCount(4);
	await expect(titles(cell(page, "To do", "Bob"))).toHaveText(["Hedge"]);
	await expect(titles(cell(page, "Doing", "Bob"))).toHaveText(["Pond"]);
	await expect(titles(cell(page, "To do", "Nobody"))).toHaveText(["Gate"]);
	await expect(page.getByRole("region", { name: "Bob, 2 tasks" })).toBeVisible();

	await carry(page, "Hedge", cell(page, "Doing", "Alice"));
	await expect(titles(cell(page, "Doing", "Alice"))).toHaveText(["Hedge"]);
	const kept = async () => {
		const { tasks } = await snapshot(people.alice, project);
		const task = tasks.find(({ title }) => title === "Hedge");
		return [task?.column_id, task?.assignee_ids];
	};
	await expect.poll(kept).toEqual([project.columns["Doing"], [people.alice.id]]);
	// One step back for both.
	await page.keyboard.press("Control+z");
	await expect(titles(cell(page, "To do", "Bob"))).toHaveText(["Hedge"]);
	await expect.poll(kept).toEqual([project.columns["To do"], [people.bob.id]]);

	// A lane alone: only the person changes, and that is undone too.
	await carry(page, "Gate", cell(page, "To do", "Charlie"));
	await expect(titles(cell(page, "To do", "Charlie"))).toHaveText(["Gate"]);
	await page.getByRole("button", { name: "Undo" }).click();
	await expect(titles(cell(page, "To do", "Nobody"))).toHaveText(["Gate"]);
	await expect(page.locator("[data-pending]")).toHaveCount(0);

	// Added in a lane it is that person's.
	await cell(page, "Doing", "Charlie").getByRole("button", { name: "Add a task to Doing" }).click();
	await page.keyboard.type("Bench");
	await page.keyboard.press("Enter");
	await expect(titles(cell(page, "Doing", "Charlie"))).toHaveText(["Bench"]);
	await page.keyboard.press("Escape");
	await page.reload();
	await expect(titles(cell(page, "Doing", "Charlie"))).toHaveText(["Bench"]);
});

test("an undo of a lane leaves alone what another person has changed since, and is done again as a whole", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Hedge", { priority: "high" });
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await world.open(bob, `/p/${project.key}/board?group=priority`);
	const kept = async () => {
		const { column_id, priority } = await bob.api.get<{ column_id: string; priority: string }>(path);
		return [Object.entries(project.columns).find(([, id]) => id === column_id)?.[0], priority];
	};
	const settled = () => expect(page.locator("[data-pending]")).toHaveCount(0);
	const refused = page.locator(".toast").filter({ hasText: "Alice changed this since" });

	// The lane alone.
	await carry(page, "Hedge", cell(page, "To do", "Low"));
	await expect.poll(kept).toEqual(["To do", "low"]);
	await alice.api.patch(path, { priority: "urgent" });
	await expect(titles(cell(page, "To do", "Urgent"))).toHaveText(["Hedge"]);
	await page.keyboard.press("Control+z");
	await expect(refused).toBeVisible();
	expect(await kept()).toEqual(["To do", "urgent"]);
	await refused.getByRole("button").click();

	// The lane and the column.
	await carry(page, "Hedge", cell(page, "Doing", "Low"));
	await expect.poll(kept).toEqual(["Doing", "low"]);
	await settled();
	await page.keyboard.press("Control+z");
	await expect(titles(cell(page, "To do", "Urgent"))).toHaveText(["Hedge"]);
	await expect.poll(kept).toEqual(["To do", "urgent"]);
	await settled();
	await page.keyboard.press("Control+Shift+z");
	await expect(titles(cell(page, "Doing", "Low"))).toHaveText(["Hedge"]);
	await expect.poll(kept).toEqual(["Doing", "low"]);
	await settled();
	await alice.api.patch(path, { priority: "medium" });
	await expect(titles(cell(page, "Doing", "Medium"))).toHaveText(["Hedge"]);
	await page.keyboard.press("Control+z");
	await expect(refused).toBeVisible();
	expect(await kept()).toEqual(["Doing", "medium"]);
});

test("keys go through lanes, and carry cards into them", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?group=assignee`);
	const focused = () =>
		page.evaluate(() => document.activeElement?.closest(".card")?.querySelector(".card-title")?.textContent);
	await new Board(page).link("Roof").focus();
	await page.keyboard.press("ArrowDown");
	await expect.poll(focused).toBe("Hedge");
	await page.keyboard.press("ArrowRight");
	await expect.poll(focused).toBe("Pond");
	await page.keyboard.press("Shift+ArrowUp");
	await expect(titles(cell(page, "Doing", "Alice"))).toHaveText(["Pond"]);
	await expect.poll(focused).toBe("Pond");
	await page.keyboard.press("Space");
	await page.keyboard.press("ArrowDown");
	await expect(page.getByRole("status").filter({ hasText: /Doing, Bob, position 1 of 1/ })).toHaveCount(1);
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Space");
	await expect(titles(cell(page, "Doing", "Charlie"))).toHaveText(["Pond"]);
	const people_ = async () =>
		(await snapshot(people.alice, project)).tasks.find(({ title }) => title === "Pond")?.assignee_ids;
	await expect.poll(people_).toEqual([people.charlie.id]);
});

test("a task of several labels has a card in each of their lanes, and a card that moves takes its own label along", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const label = (name: string) =>
		people.alice.api.post<{ id: string }>(`/projects/${project.id}/labels`, { name, colour: "#c4413a" });
	const [bug, garden, urgent] = await Promise.all([label("Bug"), label("Garden"), label("Urgent")]);
	await makeTask(people.alice, project, "Pond", { label_ids: [bug.id, garden.id] });
	await makeTask(people.alice, project, "Hedge", { label_ids: [garden.id] });
	const page = await world.open(people.bob, `/p/${project.key}/board?group=label`);
	const labels = async () => {
		const { tasks } = await snapshot(people.alice, project);
		return tasks.find(({ title }) => title === "Pond")?.label_ids.toSorted();
	};
	const focused = () =>
		page.evaluate(() => {
			const card = document.activeElement?.closest(".card");
			return `${card?.closest(".lane")?.getAttribute("aria-label")}: ${card?.querySelector(".card-title")?.textContent}`;
		});
	await expect(titles(cell(page, "To do", "Bug"))).toHaveText(["Pond"]);
	await expect(titles(cell(page, "To do", "Garden"))).toHaveText(["Pond", "Hedge"]);
	// The arrows go from card to card, and each of them is the focus once.
	await titles(cell(page, "To do", "Bug")).focus();
	await page.keyboard.press("ArrowDown");
	await expect.poll(focused).toBe("Garden, 2 tasks: Pond");
	await page.keyboard.press("ArrowDown");
	await expect.poll(focused).toBe("Garden, 2 tasks: Hedge");
	await page.keyboard.press("ArrowUp");
	await expect.poll(focused).toBe("Garden, 2 tasks: Pond");
	// The title is edited where the focus is.
	await page.keyboard.press("e");
	await expect(page.locator(".card-field")).toHaveCount(1);
	await expect(cell(page, "To do", "Garden").locator(".card-field")).toBeFocused();
	await page.keyboard.press("Escape");
	await expect.poll(focused).toBe("Garden, 2 tasks: Pond");
	// Lifted in one lane, its card stays in the other.
	await page.keyboard.press("Space");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowDown");
	await expect(titles(cell(page, "To do", "Urgent"))).toHaveText(["Pond"]);
	await expect(titles(cell(page, "To do", "Bug"))).toHaveText(["Pond"]);
	await page.keyboard.press("Space");
	await expect.poll(labels).toEqual([bug.id, urgent.id].sort());
	await expect(titles(cell(page, "To do", "Garden"))).toHaveText(["Hedge"]);
	await expect.poll(focused).toBe("Urgent, 1 task: Pond");

	// With the mouse: the label of the lane that it leaves is replaced, and one step back restores it.
	await carry(page, cell(page, "To do", "Bug").locator(".card"), cell(page, "Doing", "Garden"));
	await expect(titles(cell(page, "Doing", "Garden"))).toHaveText(["Pond"]);
	await expect(titles(cell(page, "Doing", "Urgent"))).toHaveText(["Pond"]);
	await expect.poll(labels).toEqual([garden.id, urgent.id].sort());
	await page.keyboard.press("Control+z");
	await expect(titles(cell(page, "To do", "Bug"))).toHaveText(["Pond"]);
	await expect.poll(labels).toEqual([bug.id, urgent.id].sort());
	// Among those without a label it has none. Their lane is the last one, and in sight.
	await page.setViewportSize({ width: 1280, height: 1000 });
	await carry(page, cell(page, "To do", "Bug").locator(".card"), cell(page, "To do", "No label"));
	await expect(titles(cell(page, "To do", "No label"))).toHaveText(["Pond"]);
	await expect.poll(labels).toEqual([]);
	await expect(page.locator("[data-pending]")).toHaveCount(0);
});

test("a task of several people has a card in each of their lanes, and a move replaces the one whose lane it leaves", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Pond", { assignee_ids: [alice.id, bob.id] });
	const page = await world.open(bob, `/p/${project.key}/board?group=assignee`);
	const assigned = async () => (await snapshot(alice, project)).tasks[0]?.assignee_ids.toSorted();
	await expect(titles(cell(page, "To do", "Alice"))).toHaveText(["Pond"]);
	await expect(titles(cell(page, "To do", "Bob"))).toHaveText(["Pond"]);
	await carry(page, cell(page, "To do", "Alice").locator(".card"), cell(page, "Doing", "Charlie"));
	await expect(titles(cell(page, "Doing", "Charlie"))).toHaveText(["Pond"]);
	await expect(titles(cell(page, "Doing", "Bob"))).toHaveText(["Pond"]);
	await expect(page.locator(".card")).toHaveCount(2);
	await expect.poll(assigned).toEqual([bob.id, charlie.id].sort());
	await page.keyboard.press("Control+z");
	await expect(titles(cell(page, "To do", "Alice"))).toHaveText(["Pond"]);
	await expect.poll(assigned).toEqual([alice.id, bob.id].sort());
	// Another person takes one off: that card alone leaves, on this page too.
	const [task] = (await snapshot(alice, project)).tasks;
	await alice.api.delete(`/projects/${project.id}/tasks/${task?.id}/assignees/${alice.id}`);
	await expect(titles(cell(page, "To do", "Alice"))).toHaveCount(0);
	await expect(titles(cell(page, "To do", "Bob"))).toHaveText(["Pond"]);
});

test("lanes close and columns fold, for this person and project", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?group=priority`);
	await expect(titles(cell(page, "To do", "High"))).toHaveText(["Hedge"]);
	const toggle = lane(page, "High").getByRole("button", { name: "High" });
	await toggle.click();
	await expect(toggle).toHaveAttribute("aria-expanded", "false");
	await expect(cell(page, "To do", "High")).toHaveCount(0);
	await page.reload();
	await expect(toggle).toHaveAttribute("aria-expanded", "false");
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await settled(page);
		const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
		expect(violations.map(({ id }) => id)).toEqual([]);
	}

	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await board.column("Doing").getByRole("button", { name: "Actions for the column Doing" }).click();
	await page.getByRole("menuitem", { name: "Fold" }).click();
	const strip = page.getByRole("button", { name: "Unfold Doing, 1 task" });
	await expect(strip).toBeVisible();
	expect((await board.column("Doing").boundingBox())?.width).toBeLessThan(60);
	await carry(page, "Gate", board.column("Doing"));
	await expect(page.getByRole("button", { name: "Unfold Doing, 2 tasks" })).toBeVisible();
	await page.reload();
	await page.getByRole("button", { name: "Unfold Doing, 2 tasks" }).click();
	await expect(titles(board.column("Doing"))).toHaveText(["Pond", "Gate"]);
});

test("cards show what the person chooses", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Roof", {
		due_on: day(0),
		estimate: 5,
		assignee_ids: [people.alice.id],
	});
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const card = new Board(page).card("Roof");
	await expect(card).toContainText("Today");
	await expect(card.getByTitle("Estimate: 5")).toHaveCount(0);
	await page.getByRole("button", { name: "Display" }).click();
	await page.getByRole("checkbox", { name: "Due date" }).uncheck();
	await page.getByRole("checkbox", { name: "Estimate" }).check();
	await page.keyboard.press("Escape");
	await expect(card).not.toContainText("Today");
	await expect(card.getByTitle("Estimate: 5")).toBeVisible();
	await page.reload();
	await expect(card.getByTitle("Estimate: 5")).toBeVisible();
	await expect(card).not.toContainText("Today");
});

test("a column sends quiet tasks to the archive, and cards say so in their last week", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const roof = await makeTask(people.alice, project, "Roof");
	await makeTask(people.alice, project, "Hedge");
	const context = await world.browser(people.bob);
	const in3Days = new Date(Date.now() + 3.2 * 86_400_000).toISOString();
	// The server says so after days only.
	await context.route("**/quiet-tasks?*", (route) =>
		route.fulfill({
			json: { items: [{ task_id: roof.id, archives_at: in3Days }], next_cursor: null },
		}),
	);
	const page = await context.newPage();
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await board.column("To do").getByRole("button", { name: "Actions for the column To do" }).click();
	await page.getByRole("menuitem", { name: "Rename and limit…" }).click();
	const field = page.getByRole("textbox", { name: "Goes to the archive after quiet days" });
	await field.fill("400");
	await expect(page.getByText("A whole number from 1 to 365, or nothing.")).toBeVisible();
	await field.fill("30");
	await page.getByRole("button", { name: "Save" }).click();
	await expect(field).toHaveCount(0);
	const { columns } = await snapshot(people.alice, project);
	expect(columns.find(({ name }) => name === "To do")).toMatchObject({ archive_after_days: 30 });
	await expect(board.card("Roof").getByTitle(/^Goes to the archive in 3 days/)).toBeVisible();
	await expect(board.card("Hedge").getByTitle(/^Goes to the archive/)).toHaveCount(0);
	// Whoever changes it keeps it.
	await people.alice.api.patch(`/projects/${project.id}/tasks/${roof.id}`, { title: "Roof of tiles" });
	await expect(board.card("Roof of tiles")).toBeVisible();
	await expect(board.card("Roof").getByTitle(/^Goes to the archive/)).toHaveCount(0);
});
