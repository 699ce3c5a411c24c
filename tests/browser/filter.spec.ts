// What a filter hides is counted, that nothing is left is said once, and a board is found as it was left.
import { Board } from "./support/board";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function prepare({ people }: World) {
	const project = await makeProject(people);
	const Doing = { column_id: project.columns["Doing"] };
	await makeTask(people.alice, project, "Late", { due_on: day(-2), priority: "urgent" });
	await makeTask(people.alice, project, "Now", { due_on: day(0) });
	await makeTask(people.alice, project, "Some day", { priority: "low" });
	await makeTask(people.alice, project, "Soon", { due_on: day(3), priority: "urgent", ...Doing });
	return project;
}

test("tasks are filtered by due date and priority, by the address too", async ({ world, people }) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const cards = page.locator(".card-title");
	await expect(cards).toHaveCount(4);
	const bar = page.getByRole("search", { name: "Filter" });
	await bar.getByRole("button", { name: "Due", exact: true }).click();
	await page.getByRole("option", { name: "Overdue" }).click();
	await expect(cards).toHaveText(["Late"]);
	await page.getByRole("option", { name: "Due within a week" }).click();
	await expect(cards).toHaveText(["Late", "Now", "Soon"]);
	await page.keyboard.press("Escape");
	await bar.getByRole("button", { name: "Priority", exact: true }).click();
	await page.getByRole("option", { name: "Urgent" }).click();
	await expect(cards).toHaveText(["Late", "Soon"]);
	await expect(page).toHaveURL(/due=overdue(,|%2C)week/);
	await expect(page).toHaveURL(/priority=urgent/);
	await page.reload();
	await expect(cards).toHaveText(["Late", "Soon"]);
	await expect(bar.getByRole("button", { name: "Due (2)" })).toBeVisible();
	await bar.getByRole("button", { name: "Clear" }).click();
	await expect(cards).toHaveCount(4);
	await expect(page).toHaveURL(`/p/${project.key}/board`);
});

test("the head of a column counts what is shown, and that nothing matches is said once", async ({
	world,
	people,
}) => {
	const project = await prepare(world);
	const page = await world.open(people.bob, `/p/${project.key}/board?priority=urgent`);
	const board = new Board(page);
	const count = (name: string) => board.column(name).locator(".column-count [aria-hidden]");
	await expect(count("To do")).toHaveText("1 of 3");
	await expect(count("Doing")).toHaveText("1 of 1");
	await expect(count("Done")).toHaveText("0 of 0");
	await expect(board.column("To do").locator(".column-count")).toHaveAttribute("title", "1 of 3 tasks shown");
	await expect(page.getByText("Nothing matches")).toHaveCount(0);
	await page.getByRole("searchbox", { name: "Filter tasks" }).fill("nothing like it");
	const said = page.getByRole("status").filter({ hasText: "Nothing matches" });
	await expect(said).toHaveCount(1);
	await said.getByRole("button", { name: "Clear" }).click();
	await expect(count("To do")).toHaveText("3");
	await expect(page.locator(".card")).toHaveCount(4);
	await expect(said).toHaveCount(0);
});

test("a board is found as it was left: across, and in each column", async ({ world, people }) => {
	const columns = ["A", "B", "C", "D", "E", "F"].map((name) => ({ name }));
	const project = await makeProject(people, { columns });
	const inColumn = (name: string) => ({ column_id: project.columns[name] });
	for (let index = 0; index < 30; index++) {
		// Cards of several heights: a place in pixels would be another one.
		const title = index % 3 === 0 ? `Card ${index} ${"with a long title ".repeat(5)}` : `Card ${index}`;
		await makeTask(people.alice, project, title, inColumn("E"));
	}
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const list = board.column("E").locator(".column-cards");
	await expect(list).toBeVisible();
	await page.locator(".board-columns").evaluate((element) => element.scrollTo(700, 0));
	await list.hover();
	await page.mouse.wheel(0, 1500);
	const top = () =>
		list.evaluate((element) => {
			const edge = element.getBoundingClientRect().top;
			const cards = [...element.querySelectorAll(".card")];
			const first = cards
				.map((card) => ({
					title: card.querySelector(".card-title")?.textContent,
					box: card.getBoundingClientRect(),
				}))
				.sort((a, b) => a.box.top - b.box.top)
				.find(({ box }) => box.bottom > edge);
			return { title: first?.title, at: Math.round((first?.box.top ?? 0) - edge) };
		});
	await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeGreaterThan(1000);
	await expect.poll(() => page.evaluate(() => JSON.stringify(sessionStorage))).toContain("by");
	await page.waitForFunction(() => JSON.stringify(sessionStorage).includes('left\\":700'));
	const before = await top();
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page).toHaveURL(/timeline/);
	await expect(list).toHaveCount(0);
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await expect(list).toBeVisible();
	const back = async () => {
		const now = await top();
		return now.title === before.title && Math.abs(now.at - before.at) < 3 ? before : now;
	};
	await expect.poll(back).toEqual(before);
	expect(await page.locator(".board-columns").evaluate((element) => element.scrollLeft)).toBe(700);
	await page.reload();
	await expect(list).toBeVisible();
	await expect.poll(back).toEqual(before);
});
