// One field finds everything: tasks of all projects, people, projects, what was opened lately, and what can be done.
import type { Page } from "@playwright/test";
import { Board } from "./support/board";
import { Plan } from "./support/plan";
import { day, makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

const name = "Search and commands";

function parts(page: Page) {
	return {
		field: page.getByRole("combobox", { name }),
		option: (label: string | RegExp) => page.getByRole("option", { name: label }),
		section: (title: string) => page.getByRole("group", { name: title }),
	};
}

interface Hit {
	project: Project;
	task: { id: string; number: number; title: string };
	snippet?: { text: string; hit: boolean }[];
	archived?: boolean;
}

/** The server's answers, so that a test can hold one back. Returns what was asked. */
async function answers(page: Page, answer: (q: string) => Hit[] | Promise<Hit[]>): Promise<string[]> {
	const asked: string[] = [];
	await page.route("**/api/v1/search?**", async (route) => {
		const q = new URL(route.request().url()).searchParams.get("q") ?? "";
		asked.push(q);
		const items = (await answer(q)).map(({ project, task, snippet, archived = false }) => ({
			kind: "task",
			project_id: project.id,
			task_id: task.id,
			number: task.number,
			key: `${project.key}-${task.number}`,
			title: task.title,
			completed: false,
			archived,
			snippet: snippet ?? [{ text: task.title, hit: true }],
		}));
		await route.fulfill({ json: { items, next_cursor: null } }).catch(() => {});
	});
	return asked;
}

test("a slash finds a task of another project by its words, and opens it", async ({ world, people }) => {
	const here = await makeProject(people);
	const other = await makeProject(people, { name: "Harbour" });
	const far = await makeTask(people.alice, other, "Paint the lighthouse");
	const page = await world.open(people.bob, `/p/${here.key}/board`);
	await expect(new Board(page).column("To do")).toBeVisible();
	const asked = await answers(page, (q) =>
		"paint the lighthouse".includes(q)
			? [
					{
						project: other,
						task: far,
						snippet: [
							{ text: "white ", hit: false },
							{ text: "paint", hit: true },
						],
					},
				]
			: [],
	);
	await page.keyboard.press("/");
	const { field, option, section } = parts(page);
	await expect(field).toBeFocused();
	await field.pressSequentially("paint", { delay: 15 });
	await expect(section("Tasks").getByRole("option")).toHaveCount(1);
	await expect(option(/Paint the lighthouse/)).toContainText("Harbour");
	await expect(page.locator("mark")).toHaveText("paint");
	await expect.poll(() => asked.at(-1)).toBe("paint");
	await field.press("Enter");
	await expect(page).toHaveURL(`/p/${other.key}/board/${far.number}`);
	await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Paint the lighthouse");
});

test("an answer to an older question never takes the place of a newer one", async ({ world, people }) => {
	const project = await makeProject(people);
	const [slow, quick] = [
		await makeTask(people.alice, project, "Slow"),
		await makeTask(people.alice, project, "Quick"),
	];
	const page = await world.open(people.bob, "/");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
	let release = () => {};
	const held = new Promise<void>((done) => {
		release = done;
	});
	const asked = await answers(page, async (q) => {
		if (q !== "first") return [{ project, task: { ...quick, title: "Newer answer" } }];
		await held;
		return [{ project, task: { ...slow, title: "Older answer" } }];
	});
	await page.keyboard.press("Control+k");
	const { field, option } = parts(page);
	await field.fill("first");
	await expect(page.getByText("Searching all projects…")).toBeVisible();
	await expect.poll(() => asked).toContain("first");
	await field.fill("second");
	await expect(option(/Newer answer/)).toBeVisible();
	release();
	await page.waitForTimeout(300);
	await expect(option(/Older answer/)).toHaveCount(0);
	await expect(option(/Newer answer/)).toBeVisible();
});

test("enter before the answer opens what the server finds", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Far away");
	const page = await world.open(people.bob, "/");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
	await answers(page, async () => {
		await new Promise((done) => setTimeout(done, 400));
		return [{ project, task }];
	});
	await page.keyboard.press("Control+k");
	const { field } = parts(page);
	await field.fill(`${project.key}-${task.number}`);
	await field.press("Enter");
	await expect(page).toHaveURL(`/p/${project.key}/board/${task.number}`);
});

test("enter right behind new words never opens what was found for the older ones", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const [older, newer] = [
		await makeTask(people.alice, project, "Zeppelin"),
		await makeTask(people.alice, project, "Quagmire"),
	];
	const page = await world.open(people.bob, "/");
	await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
	await answers(page, (q) => [{ project, task: q === "zeppelin" ? older : newer }]);
	await page.keyboard.press("Control+k");
	const { field, option } = parts(page);
	await field.fill("zeppelin");
	await expect(option(/Zeppelin/)).toBeVisible();
	await field.evaluate(async (element: HTMLInputElement) => {
		element.value = "quagmire";
		element.dispatchEvent(new InputEvent("input", { bubbles: true }));
		// The new words are rendered, and the server is not asked yet.
		for (let turn = 0; turn < 5; turn++) await Promise.resolve();
		element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
	});
	await expect(page).toHaveURL(`/p/${project.key}/board/${newer.number}`);
});

test("a number finds the task, with and without the key, and a misspelt command is found too", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	for (const title of ["Dig", "Plant", "Water"]) await makeTask(people.alice, project, title);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await answers(page, () => []);
	await expect(new Board(page).card("Water")).toBeVisible();
	const { field, option } = parts(page);
	for (const typed of [`${project.key}-3`, `${project.key.toLowerCase()} 3`, "3"]) {
		await page.keyboard.press("Control+k");
		await field.fill(typed);
		await expect(option(/./).first()).toContainText(`${project.key}-3 Water`);
		await page.keyboard.press("Escape");
	}
	await page.keyboard.press("Control+k");
	await field.fill("go to timelien");
	await expect(option(/./).first()).toContainText("Go to timeline");
	await field.press("Enter");
	await expect(page).toHaveURL(`/p/${project.key}/timeline`);
});

test("with a focused card, its actions stand on top under its name", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Sand the boat", { start_on: day(0), due_on: day(1) });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await new Board(page).link("Sand the boat").focus();
	await page.keyboard.press("Control+k");
	const { field, section } = parts(page);
	const on = `On ${project.key}-${task.number}`;
	await expect(page.getByRole("listbox").getByRole("group").first()).toHaveAccessibleName(on);
	await expect(section(on).getByRole("option", { name: /Assign/ })).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(field).toHaveCount(0);

	await page.goto(`/p/${project.key}/timeline`);
	await new Plan(page).button(task).focus();
	await page.keyboard.press("Control+k");
	await expect(section(on)).toBeVisible();
	await section(on).getByRole("option", { name: "Take off the plan" }).click();
	await expect(new Plan(page).bar(task)).toHaveCount(0);
});

test("with the focus in the head of a column, the palette acts on that column", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Elsewhere");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(new Board(page).card("Elsewhere")).toBeVisible();
	const head = page.getByRole("button", { name: "Actions for the column Doing" });
	const { field, section } = parts(page);
	const on = "On the column Doing";
	await head.focus();
	await page.keyboard.press("Control+k");
	await expect(page.getByRole("listbox").getByRole("group").first()).toHaveAccessibleName(on);
	await section(on).getByRole("option", { name: "Rename and limit" }).click();
	await expect(page.getByRole("dialog", { name: "Column" }).getByLabel("Name")).toHaveValue("Doing");
	await page.keyboard.press("Escape");
	await expect(head).toBeFocused();
	await page.keyboard.press("Control+k");
	await field.fill("new task");
	await field.press("Enter");
	await expect(new Board(page).column("Doing").getByRole("textbox")).toBeFocused();
	// The key does the same as the palette.
	await page.keyboard.press("Escape");
	await head.focus();
	await page.keyboard.press("c");
	await expect(new Board(page).column("Doing").getByRole("textbox")).toBeFocused();
});

test("the palette acts on the card that was under the pointer when it opened, wherever the pointer goes", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Pointed at", { start_on: day(0), due_on: day(1) });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const { section } = parts(page);
	await new Board(page).card("Pointed at").hover();
	await page.keyboard.press("Control+k");
	const on = `On ${project.key}-${task.number}`;
	await section(on).getByRole("option", { name: "Due date" }).hover();
	await section(on)
		.getByRole("option", { name: /^Assign/ })
		.click();
	await page.getByRole("option", { name: "Charlie" }).click();
	await expect(new Board(page).card("Pointed at").locator(".avatar")).toHaveCount(1);
	await page.keyboard.press("Escape");

	await page.goto(`/p/${project.key}/timeline`);
	await new Plan(page).box(task).hover();
	await expect(page.locator(".tl-tip")).toBeVisible();
	await page.keyboard.press("Control+k");
	await section(on).getByRole("option", { name: "Take off the plan" }).click();
	await expect(new Plan(page).bar(task)).toHaveCount(0);
});

test("it begins with what was opened lately, which is kept for each user", async ({ world, people }) => {
	// What the open task still asks for when the project is lost is refused.
	world.expectTrouble(/status of 404/);
	const [one, two] = [
		await makeProject(people),
		await makeProject(people, { charlie: null, name: "Sail loft" }),
	];
	const sail = await makeTask(people.alice, two, "Mend the sail");
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	await page.goto(`/p/${two.key}/board/${sail.number}`);
	await expect(page.getByRole("textbox", { name: "Title" })).toBeVisible();
	await page.goto(`/p/${one.key}/board`);
	await expect(new Board(page).column("To do")).toBeVisible();
	await page.keyboard.press("Control+k");
	const { option, section } = parts(page);
	await expect(section("Recently opened").getByRole("option")).toHaveText(/Mend the sail/);
	await option(/Mend the sail/).click();
	await expect(page).toHaveURL(`/p/${two.key}/board/${sail.number}`);

	// Nothing of it stays once the project is lost.
	await people.alice.api.delete(`/projects/${two.id}/members/${people.bob.id}`);
	await expect(page).toHaveURL("/");
	expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("Mend the sail");
});

test("a person is found, and their tasks are shown", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "For Charlie", { assignee_ids: [people.charlie.id] });
	await makeTask(people.alice, project, "For nobody");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await answers(page, () => []);
	const board = new Board(page);
	await expect(board.card("For nobody")).toBeVisible();
	await page.keyboard.press("Control+k");
	const { field, section } = parts(page);
	await field.fill("charlei");
	await section("People")
		.getByRole("option", { name: /^Charlie/ })
		.click();
	await expect(board.card("For nobody")).toHaveCount(0);
	await expect(board.card("For Charlie")).toBeVisible();
});

test("without a network it searches what is loaded, and says so", async ({ world, people }) => {
	world.expectTrouble(/ERR_/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Close at hand");
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	await page.goto(`/p/${project.key}/board`);
	await expect(new Board(page).card("Close at hand")).toBeVisible();
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	// The palette was downloaded while the page was idle.
	await page.waitForFunction(() =>
		performance.getEntriesByType("resource").some(({ name }) => /\/soon-[^/]+\.js/.test(name)),
	);
	await browser.setOffline(true);
	await page.keyboard.press("Control+k");
	const { field, option } = parts(page);
	await field.fill("close hand");
	await expect(option(/Close at hand/)).toBeVisible();
	await expect(page.getByText("only what is loaded here was searched")).toBeVisible();
});
