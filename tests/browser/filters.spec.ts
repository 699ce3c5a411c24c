// One filter for every view of a project: its words, its menus with counts, and what was just added.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { Board } from "./support/board";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

const cards = (page: Page) => page.locator(".card-title");
const field = (page: Page) => page.getByRole("searchbox", { name: "Filter tasks" });
const bar = (page: Page) => page.getByRole("search", { name: "Filter" });
const options = (page: Page) => page.getByRole("listbox", { name: "Suggestions" }).getByRole("option");

async function prepare({ people }: World) {
	const project = await makeProject(people);
	const api = people.alice.api;
	const label = (name: string) =>
		api.post<{ id: string }>(`/projects/${project.id}/labels`, { name, colour: "#2f7d4a" });
	const [bug, garden] = [await label("Bug"), await label("Big garden")];
	const milestone = await api.post<{ id: string }>(`/projects/${project.id}/milestones`, { name: "Spring" });
	const Done = { column_id: project.columns["Done"] };
	await makeTask(people.alice, project, "Roof", {
		label_ids: [bug.id],
		assignee_ids: [people.bob.id],
		due_on: day(2),
	});
	await makeTask(people.alice, project, "Hedge", { label_ids: [garden.id], milestone_id: milestone.id });
	await makeTask(people.alice, project, "Hedge of roses", { label_ids: [bug.id, garden.id], ...Done });
	await makeTask(people.alice, project, "Plain", { priority: "high", due_on: day(20) });
	return project;
}

test("words mean filters, with completion, and stay in the address", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(cards(page)).toHaveCount(4);
	await field(page).fill("label:bug");
	await expect(cards(page)).toHaveText(["Roof", "Hedge of roses"]);
	await field(page).fill("label:bug is:open");
	await expect(cards(page)).toHaveText(["Roof"]);
	await field(page).fill('label:bug label:"big garden" -roof');
	await expect(cards(page)).toHaveText(["Hedge", "Hedge of roses"]);
	await field(page).fill(`due:<${day(5)} assignee:me`);
	await expect(cards(page)).toHaveText(["Roof"]);
	await field(page).fill("-label:bug -label:big");
	await expect(cards(page)).toHaveText(["Plain"]);
	await expect(page).toHaveURL(/q=-label/);
	await page.reload();
	await expect(cards(page)).toHaveText(["Plain"]);
	await expect(field(page)).toHaveValue("-label:bug -label:big");

	// By keys: a kind, and then one of its values.
	await field(page).fill("");
	await expect(cards(page)).toHaveCount(4);
	await field(page).pressSequentially("mil");
	await expect(options(page)).toHaveText(["milestone:A milestone"]);
	await field(page).press("ArrowDown");
	await expect(options(page).first()).toHaveAttribute("aria-selected", "true");
	await field(page).press("Enter");
	await expect(field(page)).toHaveValue("milestone:");
	await expect(options(page)).toHaveText(["Spring", "No milestone"]);
	await field(page).press("ArrowDown");
	await field(page).press("Tab");
	await expect(field(page)).toHaveValue("milestone:Spring ");
	await expect(field(page)).toBeFocused();
	await expect(options(page)).toHaveCount(0);
	await expect(cards(page)).toHaveText(["Hedge"]);
	await field(page).pressSequentially("priority:huge ");
	await expect(page.getByText("“priority:huge” filters nothing")).toBeVisible();
	await expect(cards(page)).toHaveText(["Hedge"]);
	await field(page).press("Escape");
	await expect(cards(page)).toHaveCount(4);
});

test("menus say how many tasks each choice has", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await bar(page).getByRole("button", { name: "Labels" }).click();
	await expect(page.getByRole("option")).toHaveText(["Big garden2", "Bug2", "No label1"]);
	await page.getByRole("option", { name: "Bug" }).click();
	await expect(cards(page)).toHaveText(["Roof", "Hedge of roses"]);
	await page.keyboard.press("Escape");
	await bar(page).getByRole("button", { name: "More" }).click();
	const more = page.getByRole("dialog", { name: "More" });
	const choice = (group: string, name: string) =>
		more.getByRole("group", { name: group }).getByRole("button", { name, exact: true });
	await expect(choice("Column", "Done")).toContainText("1");
	await expect(choice("Status", "Open")).toHaveAttribute("title", "1 task");
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page);
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
	await choice("Status", "Done").click();
	await expect(cards(page)).toHaveText(["Hedge of roses"]);
	await page.keyboard.press("Escape");
	await expect(bar(page).getByRole("button", { name: "More (1)" })).toBeFocused();
	await expect(page).toHaveURL(/is=done/);
});

test("the filter goes along to another view, and its tasks keep it", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?assignee=me`);
	await expect(cards(page)).toHaveText(["Roof"]);
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page).toHaveURL(`/p/${project.key}/timeline?assignee=me`);
	const rows = page.locator("[data-bar]");
	await expect(rows).toHaveCount(1);
	await bar(page).getByRole("button", { name: "Mine" }).click();
	await expect(rows).toHaveCount(2);
	await expect(page).toHaveURL(`/p/${project.key}/timeline`);
	await field(page).fill("nothing of it");
	await expect(page.getByText("Nothing matches")).toBeVisible();
	await bar(page).getByRole("button", { name: "Clear" }).click();
	await bar(page).getByRole("button", { name: "Priority" }).click();
	await page.getByRole("option", { name: "High" }).click();
	await page.keyboard.press("Escape");
	await expect(rows).toHaveCount(1);
	await page.keyboard.press("g");
	await page.keyboard.press("b");
	await expect(page).toHaveURL(`/p/${project.key}/board?priority=high`);
	await expect(cards(page)).toHaveText(["Plain"]);
});

test("a task that the filter hides is added with a word, and is shown on demand", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?priority=high`);
	const board = new Board(page);
	await expect(cards(page)).toHaveText(["Plain"]);
	await board.add("Doing", "Seen !high");
	await expect(board.card("Seen")).toBeVisible();
	await expect(page.getByText("The filter hides it")).toHaveCount(0);
	await board.add("Doing", "Unseen");
	await expect(page.getByText("The filter hides it")).toBeVisible();
	await expect(board.card("Unseen")).toHaveCount(0);
	await page.getByRole("button", { name: "Show it" }).click();
	await expect(board.card("Unseen")).toBeVisible();
	await expect(page).toHaveURL(`/p/${project.key}/board`);
});
