// Bars are moved and stretched by mouse and by keys; what waits for them stays, is pushed, or comes along.
import type { Task } from "./support/api";
import { boxOf, middle } from "./support/board";
import type { People } from "./support/people";
import { Plan } from "./support/plan";
import { day, makeProject, makeTask, type Project, snapshot } from "./support/projects";
import { expect, test } from "./support/test";

/** Three tasks in a row, the second with two free days before it. */
async function prepare(
	people: People,
): Promise<{ project: Project; first: Task; second: Task; third: Task }> {
	const project = await makeProject(people);
	const make = (title: string, start: number, due: number) =>
		makeTask(people.alice, project, title, { start_on: day(start), due_on: day(due) });
	const first = await make("Dig the hole", 0, 1);
	const second = await make("Pour the base", 4, 5);
	const third = await make("Build the wall", 6, 8);
	const wait = (task: Task, other: Task) =>
		people.alice.api.put(`/projects/${project.id}/tasks/${task.id}/dependencies/${other.id}`);
	await wait(second, first);
	await wait(third, second);
	return { project, first, second, third };
}

/** Start and due of tasks as days from today, on the server. */
async function dates(people: People, project: Project, ...tasks: Task[]): Promise<(number | null)[][]> {
	const now = await snapshot(people.bob, project);
	const offset = (date: string | null) =>
		date === null ? null : Math.round((Date.parse(date) - Date.parse(day(0))) / 86_400_000);
	return tasks.map((task) => {
		const found = now.tasks.find(({ id }) => id === task.id);
		return [offset(found?.start_on ?? null), offset(found?.due_on ?? null)];
	});
}

test.describe("by mouse", () => {
	for (const [how, moved, expected] of [
		[
			"Keep",
			5,
			[
				[5, 6],
				[4, 5],
				[6, 8],
			],
		],
		[
			"Push",
			3,
			[
				[3, 4],
				[5, 6],
				[7, 9],
			],
		],
		[
			"Push",
			2,
			[
				[2, 3],
				[4, 5],
				[6, 8],
			],
		],
		[
			"Shift",
			2,
			[
				[2, 3],
				[6, 7],
				[8, 10],
			],
		],
		[
			"Shift",
			-3,
			[
				[-3, -2],
				[1, 2],
				[3, 5],
			],
		],
	] as const) {
		test(`a bar moved by ${moved} days with ${how} takes along whom it should`, async ({ world, people }) => {
			const { project, first, second, third } = await prepare(people);
			const page = await world.open(people.bob, `/p/${project.key}/timeline`);
			const plan = new Plan(page);
			await plan.dependents(how);

			await plan.pull(plan.box(first), moved);

			const all = [first, second, third];
			await expect.poll(() => dates(people, project, ...all)).toEqual(expected);
			await expect(page.locator("[data-pending]")).toHaveCount(0);
			// The drawing agrees: as many days apart as the server says.
			const [a, c] = [await boxOf(plan.box(first)), await boxOf(plan.box(third))];
			expect(Math.round((c.x - a.x) / Plan.day)).toBe(expected[2][0] - expected[0][0]);
			expect(Math.round(c.width / Plan.day)).toBe(3);
		});
	}

	test("a bar is stretched at either end, and never turned inside out", async ({ world, people }) => {
		const { project, first } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		await plan.dependents("Keep");

		await plan.pull(plan.grip(first, "end"), 2);
		await expect.poll(() => dates(people, project, first)).toEqual([[0, 3]]);
		await plan.pull(plan.grip(first, "start"), -2);
		await expect.poll(() => dates(people, project, first)).toEqual([[-2, 3]]);
		await plan.pull(plan.grip(first, "start"), 9);
		await expect.poll(() => dates(people, project, first)).toEqual([[3, 3]]);
	});

	test("escape during a drag, and undo after it, put the bar back", async ({ world, people }) => {
		const { project, first, second } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		await plan.dependents("Shift");
		const before = await boxOf(plan.box(first));

		const from = await middle(plan.box(first));
		await page.mouse.move(from.x, from.y);
		await page.mouse.down();
		await page.mouse.move(from.x + 3 * Plan.day, from.y, { steps: 5 });
		await expect.poll(async () => (await boxOf(plan.box(first))).x).toBeGreaterThan(before.x + 2 * Plan.day);
		await page.keyboard.press("Escape");
		await page.mouse.up();
		await expect.poll(async () => (await boxOf(plan.box(first))).x).toBe(before.x);
		expect(await dates(people, project, first, second)).toEqual([
			[0, 1],
			[4, 5],
		]);

		await plan.pull(plan.box(first), 3);
		await expect
			.poll(() => dates(people, project, first, second))
			.toEqual([
				[3, 4],
				[7, 8],
			]);
		await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
		await expect
			.poll(() => dates(people, project, first, second))
			.toEqual([
				[0, 1],
				[4, 5],
			]);
	});

	test("a dependency is drawn from bar to bar; a circle is refused in words", async ({ world, people }) => {
		const { project, first, third } = await prepare(people);
		const free = await makeTask(people.alice, project, "Paint it", { start_on: day(0), due_on: day(2) });
		const page = await world.open(people.bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		const draw = async (from: Task, to: Task) => {
			await plan.box(from).hover();
			const knob = await middle(plan.grip(from, "link"));
			const target = await middle(plan.box(to));
			await page.mouse.move(knob.x, knob.y);
			await page.mouse.down();
			await page.mouse.move((knob.x + target.x) / 2, (knob.y + target.y) / 2, { steps: 5 });
			await page.mouse.move(target.x, target.y, { steps: 5 });
			await page.mouse.up();
		};
		const waits = async (task: Task, other: Task) =>
			(await snapshot(people.bob, project)).dependencies.some(
				({ task_id, depends_on_id }) => task_id === task.id && depends_on_id === other.id,
			);

		await draw(third, free);
		await expect.poll(() => waits(free, third)).toBe(true);
		await draw(free, first);

		const toast = page.locator(".toast").filter({ hasText: "Could not make" });
		await expect(toast).toContainText(`Could not make ${project.key}-1 wait for ${project.key}-4`);
		await expect(toast).toContainText("That would make the tasks wait for each other in a circle.");
		expect(await waits(first, free)).toBe(false);
	});
});

test.describe("by keys", () => {
	test("arrows move a bar, shift extends it, control shrinks it; what follows is one change", async ({
		world,
		people,
	}) => {
		const { project, first, second } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		await plan.dependents("Shift");
		const sent: string[] = [];
		page.on("request", (request) => {
			if (request.url().endsWith("/schedule")) sent.push(request.url());
		});
		await plan.button(first).focus();

		for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowRight");
		await page.keyboard.press("ArrowLeft");
		await expect
			.poll(() => dates(people, project, first, second))
			.toEqual([
				[2, 3],
				[6, 7],
			]);
		expect(sent).toHaveLength(1);
		await expect(plan.button(first)).toBeFocused();

		await plan.dependents("Keep");
		await plan.button(first).focus();
		await page.keyboard.press("Shift+ArrowRight");
		await page.keyboard.press("Shift+ArrowLeft");
		await expect.poll(() => dates(people, project, first)).toEqual([[1, 4]]);
		await page.keyboard.press("Control+ArrowLeft");
		await page.keyboard.press("Control+ArrowRight");
		await expect
			.poll(() => dates(people, project, first, second))
			.toEqual([
				[2, 3],
				[6, 7],
			]);
	});

	test("a bar that another person takes off the plan leaves the focus to the next one", async ({
		world,
		people,
	}) => {
		const { alice, bob } = people;
		const project = await makeProject(people);
		const path = (task: { id: string }) => `/projects/${project.id}/tasks/${task.id}`;
		const dates = (from: number) => ({ start_on: day(from), due_on: day(from + 1) });
		const [one, two, three] = [
			await makeTask(alice, project, "One", dates(1)),
			await makeTask(alice, project, "Two", dates(2)),
			await makeTask(alice, project, "Three", dates(3)),
		];
		const page = await world.open(bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		await plan.button(two).focus();
		// A bar that only moves keeps it.
		await alice.api.put(`${path(two)}/schedule`, { ...dates(9), dependents: "keep" });
		await expect(plan.button(two)).toHaveAccessibleName(/2 days/);
		await expect(plan.button(two)).toBeFocused();
		await alice.api.put(`${path(two)}/schedule`, { start_on: null, due_on: null, dependents: "keep" });
		await expect(plan.bar(two)).toHaveCount(0);
		await expect(plan.button(three)).toBeFocused();
		await alice.api.delete(path(three));
		await expect(plan.button(one)).toBeFocused();
	});

	test("escape takes a move back before it is sent, and the page says so", async ({ world, people }) => {
		const { project, first } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		await plan.button(first).focus();
		await page.keyboard.press("ArrowRight");
		await page.keyboard.press("Escape");
		const back = `${project.key}-1: back where it was`;
		await expect(page.getByRole("status").filter({ hasText: back })).toHaveCount(1);
		// A later move is sent alone: the one that was taken back would be in it.
		await page.keyboard.press("ArrowLeft");
		await expect.poll(() => dates(people, project, first)).toEqual([[-1, 0]]);
	});

	test("a circle is refused by the menu's dependency too, and in the task's dialog", async ({
		world,
		people,
	}) => {
		const { project, first, third } = await prepare(people);
		const page = await world.open(people.bob, `/p/${project.key}/timeline`);
		const plan = new Plan(page);
		await plan.button(first).focus();
		await page.keyboard.press("ContextMenu");
		await page.getByRole("menuitem", { name: "Add a dependency…" }).click();
		const question = page.getByRole("combobox", {
			name: `Which task must end before ${project.key}-1 begins?`,
		});
		await question.fill("wall");
		await question.press("Enter");
		const toast = page.locator(".toast").filter({ hasText: "Could not make" });
		await expect(toast).toContainText(`Could not make ${project.key}-1 wait for ${project.key}-3`);
		await expect(toast).toContainText("wait for each other in a circle");

		await page.goto(`/p/${project.key}/timeline/${first.number}`);
		const dialog = page.getByRole("dialog", { name: `${project.key}-1 Dig the hole` });
		await dialog.getByRole("button", { name: "Add a task to wait for" }).click();
		await page.getByRole("combobox", { name: "Add a task to wait for" }).fill("wall");
		await page.keyboard.press("Enter");
		await expect(dialog.locator(".toast")).toContainText("wait for each other in a circle");
		const { dependencies } = await snapshot(people.bob, project);
		expect(dependencies).toHaveLength(2);
		expect(dependencies.some(({ depends_on_id }) => depends_on_id === third.id)).toBe(false);
	});
});

test("a milestone is made, moved by mouse and keys, reached, and deleted after asking once more", async ({
	world,
	people,
}) => {
	const { project } = await prepare(people);
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const theirs = await world.open(people.charlie, `/p/${project.key}/timeline`);
	await expect(theirs.getByRole("group", { name: "Plan" })).toBeVisible();
	const plan = new Plan(page);
	const milestone = async () => (await snapshot(people.bob, project)).milestones[0];

	await page.getByRole("button", { name: "New milestone" }).click();
	const panel = page.getByRole("dialog", { name: "New milestone" });
	await panel.getByRole("button", { name: "Create" }).click();
	await expect(panel).toContainText("A milestone needs a name.");
	await panel.getByLabel("Name").fill("Roof on");
	await panel.getByRole("button", { name: "Create" }).click();
	const diamond = page.getByRole("button", { name: /^Milestone Roof on,/ });
	await expect(diamond).toBeVisible();
	await expect.poll(async () => (await milestone())?.due_on).toBe(day(0));

	await plan.pull(diamond.locator("svg"), 4);
	await expect.poll(async () => (await milestone())?.due_on).toBe(day(4));
	await diamond.focus();
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("ArrowRight");
	await expect.poll(async () => (await milestone())?.due_on).toBe(day(6));
	const said = await diamond.getAttribute("aria-label");
	await expect(theirs.getByRole("button", { name: said ?? "", exact: true })).toBeVisible();

	await diamond.click();
	await page.getByRole("dialog", { name: "Milestone" }).getByRole("checkbox", { name: "Completed" }).check();
	await page.getByRole("dialog", { name: "Milestone" }).getByRole("button", { name: "Save" }).click();
	await expect.poll(async () => (await milestone())?.completed_at ?? null).not.toBeNull();
	await diamond.click();
	await page.getByRole("button", { name: "Delete", exact: true }).click();
	await page.getByRole("button", { name: "Delete for everybody?" }).click();
	await expect.poll(milestone).toBeUndefined();
	await expect(theirs.getByRole("button", { name: /^Milestone Roof on,/ })).toHaveCount(0);
});

test("whoever may only read sees the plan and cannot move it", async ({ world, people }) => {
	const project = await makeProject(people, { charlie: "viewer" });
	const task = await makeTask(people.alice, project, "Stay", { start_on: day(0), due_on: day(2) });
	const page = await world.open(people.charlie, `/p/${project.key}/timeline`);
	const plan = new Plan(page);
	const before = await boxOf(plan.box(task));
	await plan.pull(plan.box(task), 3);
	await page.goto(`/p/${project.key}/timeline`);
	await plan.button(task).focus();
	await page.keyboard.press("ArrowRight");
	const said = page.getByRole("status").filter({ hasText: "your role does not allow changing it" });
	await expect(said).toHaveCount(1);
	expect(await boxOf(plan.box(task))).toEqual(before);
	expect(await dates(people, project, task)).toEqual([[0, 2]]);
});
