// What the timeline draws beside the bars says something, can be read, and leads further.
import { boxOf } from "./support/board";
import { Plan } from "./support/plan";
import { day, makeProject, makeTask, snapshot } from "./support/projects";
import { expect, test } from "./support/test";

test("critical frames and slack are drawn where tasks wait for each other, and nowhere else", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const make = (title: string, start: number, due: number) =>
		makeTask(people.alice, project, title, { start_on: day(start), due_on: day(due) });
	const [lonely, first, second] = [
		await make("Lonely", 0, 9),
		await make("First", 0, 1),
		await make("Second", 4, 9),
	];
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const plan = new Plan(page);
	await expect(plan.bar(lonely)).toBeVisible();
	await expect(page.locator(".tl-critical, .tl-bar .tl-slack, .tl-legend li")).toHaveCount(0);
	await expect(plan.button(lonely)).not.toHaveAccessibleName(/critical|slack/);

	await people.alice.api.put(`/projects/${project.id}/tasks/${second.id}/dependencies/${first.id}`);
	await expect(plan.bar(second)).toHaveClass(/tl-critical/);
	await expect(plan.bar(first).locator(".tl-slack")).toHaveCount(1);
	await expect(plan.bar(lonely)).not.toHaveClass(/tl-critical/);
	await expect(page.locator(".tl-legend li")).toHaveCount(2);
});

test("a link that the dates contradict offers to move the task, and can be undone", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const make = (title: string, start: number, due: number) =>
		makeTask(people.alice, project, title, { start_on: day(start), due_on: day(due) });
	const [first, second] = [await make("Dig the hole", 0, 3), await make("Pour the base", 2, 4)];
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const plan = new Plan(page);
	const link = async () => {
		await plan.button(second).focus();
		await page.keyboard.press("ContextMenu");
		await page.getByRole("menuitem", { name: "Add a dependency" }).click();
		await page.getByRole("option", { name: /Dig the hole/ }).click();
		await page.keyboard.press("Escape");
	};
	const now = () => snapshot(people.bob, project);
	await link();
	const toast = page.locator(".toast").filter({ hasText: `${project.key}-2 now waits for ${project.key}-1` });
	await expect(toast).toContainText("It is planned 2 days too early.");
	await toast.getByRole("button", { name: "Undo" }).click();
	await expect.poll(async () => (await now()).dependencies.length).toBe(0);

	await link();
	await toast.getByRole("button", { name: new RegExp(`^Move ${project.key}-2 to`) }).click();
	await expect
		.poll(async () => (await now()).tasks.find(({ id }) => id === second.id))
		.toMatchObject({ start_on: day(4), due_on: day(6) });
	await expect(page.locator(".tl-broken")).toHaveCount(0);
	expect((await now()).tasks.find(({ id }) => id === first.id)?.start_on).toBe(day(0));
});

test("a title whose bar begins out of sight stands where it can be read", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Long overdue work", {
		start_on: day(-40),
		due_on: day(40),
	});
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const plan = new Plan(page);
	const gutter = await boxOf(page.locator(".tl-gutter"));
	const title = plan.bar(task).locator(".tl-title");
	const edge = gutter.x + gutter.width;
	for (const hidden of [60, 400, 1200]) {
		const by = (await boxOf(plan.box(task))).x - edge + hidden;
		await page.locator(".tl-scroll").evaluate((element, left) => element.scrollBy({ left }), by);
		await expect.poll(async () => Math.round((await boxOf(plan.box(task))).x - edge)).toBe(-hidden);
		await expect.poll(async () => (await boxOf(title)).x).toBeGreaterThanOrEqual(edge);
	}
});

test("the name of a month is never cut at its beginning", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Something", { start_on: day(-60), due_on: day(60) });
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	await expect(page.locator(".tl-bar")).toHaveCount(1);
	const gutter = await boxOf(page.locator(".tl-gutter"));
	const edge = gutter.x + gutter.width;
	for (let left = 400; left < 2400; left += 130) {
		await page.locator(".tl-scroll").evaluate((element, to) => element.scrollTo({ left: to }), left);
		const cut = await page.locator(".tl-tier-upper .tl-tick").evaluateAll((ticks, edge) => {
			return ticks.flatMap((tick) => {
				const [{ left, right }, words] = [tick.getBoundingClientRect(), tick.firstElementChild];
				const range = document.createRange();
				range.selectNodeContents(words as Element);
				const text = range.getBoundingClientRect();
				// In sight, with its first letter under the gutter. Where no letter has room there is none.
				const isCut = right > edge + 1 && left < edge && text.width > 0 && text.left < edge - 1;
				return isCut ? [words?.textContent] : [];
			});
		}, edge);
		expect(cut, `scrolled to ${left}`).toEqual([]);
	}
});

test("an arrow at the edge leads to a bar that is out of sight", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Now", { start_on: day(0), due_on: day(2) });
	const late = await makeTask(people.alice, project, "Much later", { start_on: day(120), due_on: day(123) });
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const arrow = page.getByRole("button", { name: /^Scroll to the bar/ });
	await expect(arrow).toHaveCount(1);
	await expect(arrow).toHaveAttribute("data-side", "after");
	const [edge, place] = [await boxOf(page.locator(".tl-scroll")), await boxOf(arrow)];
	expect(place.x + place.width).toBeLessThanOrEqual(edge.x + edge.width + 1);
	await arrow.click();
	const box = new Plan(page).box(late);
	await expect.poll(async () => (await boxOf(box)).x).toBeLessThan(edge.x + edge.width - 100);
	// Now the other one is out of sight, on the other side.
	await expect(arrow).toHaveCount(1);
	await expect(arrow).toHaveAttribute("data-side", "before");
});

test("on paper the plan begins with its first bar, without a button", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "In spring", { start_on: day(50), due_on: day(60) });
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	await expect(new Plan(page).bar(task)).toHaveCount(1);
	await page.emulateMedia({ media: "print" });
	await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
	const [plot, bar] = [await boxOf(page.locator(".tl-plot")), await boxOf(new Plan(page).box(task))];
	expect((bar.x - plot.x) / plot.width).toBeLessThan(0.15);
	expect(bar.width / plot.width).toBeGreaterThan(0.6);
	const buttons = await page
		.locator("button")
		.evaluateAll((all) =>
			all
				.filter((one) => one.checkVisibility())
				.map((one) => one.getAttribute("aria-label") ?? one.textContent),
		);
	expect(buttons).toEqual([]);
});

test("where nothing is planned no line goes through the words that say so", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	await expect(page.getByText("Nothing is planned yet")).toBeVisible();
	await expect(page.locator(".tl-today")).toHaveCount(0);
	await makeTask(people.alice, project, "Something", { due_on: day(1) });
	await expect(page.locator(".tl-today")).toHaveCount(1);
});

for (const [languages, month] of [
	[["en-US@posix"], /[A-Z][a-z]+ \d{4}/],
	[["C"], /[A-Z][a-z]+ \d{4}/],
	[
		["de-DE", "de"],
		/^(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}$/,
	],
	[["fa-IR"], /^[A-Z][a-z]+ \d{4}$/],
] as const) {
	test(`with the languages ${JSON.stringify(languages)} the plan is there, in the language of the page`, async ({
		world,
		people,
	}) => {
		const project = await makeProject(people);
		await makeTask(people.alice, project, "Dated", { start_on: day(-60), due_on: day(60) });
		const page = await (await world.browser(people.bob)).newPage();
		await page.addInitScript((languages) => {
			Object.defineProperty(navigator, "languages", { get: () => languages });
		}, languages);
		await page.goto(`/p/${project.key}/timeline`);
		await expect(page.locator(".tl-bar")).toHaveCount(1);
		const months = await page.locator(".tl-tier-upper .tl-tick").allTextContents();
		expect(months.length).toBeGreaterThan(1);
		for (const text of months) expect(text).toMatch(month);
	});
}
