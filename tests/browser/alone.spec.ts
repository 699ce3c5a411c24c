// The story of a task with one way of input alone: with a finger, and with keys.
import { Board, middle } from "./support/board";
import { Finger } from "./support/finger";
import type { People, Person } from "./support/people";
import { Plan } from "./support/plan";
import { day, makeProject, type Project, snapshot, titles } from "./support/projects";
import { expect, test } from "./support/test";

/** What the server has of the only task, and of what is said about it. */
async function kept({ bob }: People, project: Project) {
	const { tasks } = await snapshot(bob, project);
	const [task] = tasks;
	const { items } = await bob.api.get<{ items: { body: string }[] }>(
		`/projects/${project.id}/tasks/${project.key}-1/comments`,
	);
	return {
		title: task?.title,
		assignee_ids: task?.assignee_ids,
		start_on: task?.start_on,
		due_on: task?.due_on,
		comments: items.map(({ body }) => body),
	};
}

function told({ charlie }: People) {
	const shared = { title: "Draw a logo", assignee_ids: [charlie.id], comments: ["Two colours are enough."] };
	return { ...shared, start_on: day(0), due_on: day(1) };
}

async function sees(person: Person, project: Project): Promise<void> {
	await expect.poll(() => titles(person, project)).toEqual({ "To do": [], Doing: ["Draw a logo"], Done: [] });
}

test("a finger makes, moves, assigns, plans and discusses a task", async ({ world, people }) => {
	test.setTimeout(90_000);
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`, {
		hasTouch: true,
		isMobile: true,
		viewport: { width: 1024, height: 768 },
	});
	const board = new Board(page);
	const finger = await Finger.of(page);
	await board.column("To do").getByRole("button", { name: "Add a task to To do" }).tap();
	// What the keyboard on the glass writes.
	await page.keyboard.insertText("Draw a logo");
	await page.keyboard.press("Enter");
	await expect(board.card("Draw a logo")).toBeVisible();
	await page.locator(".top-bar h1").tap();

	await finger.lift(board, "Draw a logo");
	await finger.slide(await middle(board.column("Doing").locator(".column-cards")));
	await expect(board.column("Doing")).toHaveAttribute("data-target", "true");
	await finger.up();
	await sees(people.bob, project);

	await board.link("Draw a logo").tap();
	const sheet = page.getByRole("dialog", { name: `${project.key}-1 Draw a logo` });
	await sheet.getByRole("button", { name: /^Assignees/ }).tap();
	await page.getByRole("option", { name: "Charlie" }).tap();
	await sheet.getByRole("textbox", { name: "Write a comment" }).tap();
	await page.keyboard.insertText("Two colours are enough.");
	await sheet.getByRole("button", { name: "Send" }).tap();
	await expect(sheet.getByRole("listitem", { name: /^Comment by/ })).toHaveCount(1);
	await sheet.getByRole("button", { name: "Close" }).tap();

	await page.getByRole("link", { name: "Timeline" }).tap();
	await page.getByRole("button", { name: /^Without dates/ }).tap();
	await page.getByRole("button", { name: `Give ${project.key}-1 a date` }).tap();
	const dates = page.getByRole("dialog", { name: "Dates" });
	await dates.getByRole("button", { name: "Calendar for Due" }).tap();
	await page.getByRole("button", { name: /^Tomorrow/ }).tap();
	await dates.getByRole("button", { name: "Save" }).tap();
	await expect.poll(() => kept(people, project)).toEqual(told(people));
});

test("keys make, move, assign, plan and discuss a task", async ({ world, people }) => {
	test.setTimeout(90_000);
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const { keyboard } = page;
	await expect(board.column("To do")).toBeVisible();
	await keyboard.press("c");
	await expect(board.column("To do").getByRole("textbox")).toBeFocused();
	await keyboard.type("Draw a logo");
	await keyboard.press("Enter");
	await expect(board.card("Draw a logo")).toBeVisible();
	await keyboard.press("Escape");
	await keyboard.press("j");
	await expect(board.link("Draw a logo")).toBeFocused();

	await keyboard.press("Shift+ArrowRight");
	await sees(people.bob, project);
	await expect(board.link("Draw a logo")).toBeFocused();
	await keyboard.press("a");
	await expect(page.getByRole("combobox")).toBeFocused();
	await keyboard.type("Char");
	await keyboard.press("Enter");
	await keyboard.press("Escape");
	await keyboard.press("d");
	await expect(page.getByRole("dialog", { name: "Due" }).getByRole("textbox", { name: "Due" })).toBeFocused();
	await keyboard.type("today");
	await keyboard.press("Enter");
	await expect.poll(async () => (await kept(people, project)).due_on).toBe(day(0));
	await expect(page.getByRole("dialog")).toHaveCount(0);

	await board.link("Draw a logo").press("Enter");
	const answer = page.getByRole("textbox", { name: "Write a comment" });
	await expect(answer).toBeVisible();
	for (let steps = 0; steps < 60; steps++) {
		if (await answer.evaluate((field) => field === document.activeElement)) break;
		await keyboard.press("Tab");
	}
	await keyboard.type("Two colours are enough.");
	await keyboard.press("Control+Enter");
	await expect(page.getByRole("listitem", { name: /^Comment by/ })).toHaveCount(1);
	await keyboard.press("Escape");
	await keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toHaveCount(0);

	await keyboard.press("g");
	await keyboard.press("t");
	const { tasks } = await snapshot(people.bob, project);
	const [task] = tasks;
	if (!task) throw new Error("the task was made");
	const bar = new Plan(page).button(task);
	await expect(bar).toBeVisible();
	for (let steps = 0; steps < 60; steps++) {
		if (await bar.evaluate((element) => element === document.activeElement)) break;
		await keyboard.press("Tab");
	}
	await keyboard.press("Shift+ArrowRight");
	await expect.poll(() => kept(people, project)).toEqual(told(people));
});
