// Ten people at work on the same tasks at once: three in browsers, seven by the API. In the end all see the same.
import type { Locator, Page } from "@playwright/test";
import { Api, type Snapshot, type Task } from "./support/api";
import { Board } from "./support/board";
import { type Person, password } from "./support/people";
import { makeProject, makeTask, type Project, snapshot } from "./support/projects";
import { expect, test, type World } from "./support/test";
import { figure, idlePartsLoaded } from "./support/timing";

const count = 24;
const others = 7;
const columns = ["To do", "Doing", "Done"];
const on = (day: number) => `2027-06-${String(day).padStart(2, "0")}`;
const titleOf = (index: number) => `Task ${String(index + 1).padStart(2, "0")}`;

/** The same numbers in each run, for each of them others. */
function dice(seed: number): (sides: number) => number {
	let state = seed * 7919 + 1;
	return (sides) => {
		state = (state * 48_271) % 2_147_483_647;
		return state % sides;
	};
}

/** Works until it is told to stop: moves tasks, plans them anew, and takes them on. */
class Worker {
	/** The tasks that this person has taken on, and has the label on: they do that to no task of others. */
	readonly taken = new Set<string>();
	readonly labelled = new Set<string>();
	changes = 0;
	readonly #roll: (sides: number) => number;

	constructor(
		readonly person: Person,
		readonly project: Project,
		readonly tasks: readonly Task[],
		readonly label: string,
		seed: number,
	) {
		this.#roll = dice(seed);
	}

	async work(isOver: () => boolean): Promise<void> {
		while (!isOver()) {
			await this.#step();
			this.changes += 1;
			await new Promise((resolve) => setTimeout(resolve, 60 + this.#roll(120)));
		}
	}

	async #step(): Promise<void> {
		const { api, id } = this.person;
		const path = `/projects/${this.project.id}/tasks`;
		const pick = () => this.tasks[this.#roll(count)] as Task;
		const task = pick();
		const column_id = this.project.columns[columns[this.#roll(3)] ?? ""];
		const what = this.#roll(6);
		if (what < 2) {
			const other = pick();
			const after = other === task ? null : other.id;
			await api.put(`${path}/${task.id}/position`, { column_id, after });
		} else if (what === 2) {
			const start = 1 + this.#roll(20);
			const dates = { start_on: on(start), due_on: on(start + this.#roll(5)) };
			await api.patch(`${path}/${task.id}`, dates);
		} else if (what === 3) {
			await toggle(this.taken, task.id, (method) => api.call(method, `${path}/${task.id}/assignees/${id}`));
		} else if (what === 4) {
			await toggle(this.labelled, task.id, (method) =>
				api.call(method, `${path}/${task.id}/labels/${this.label}`),
			);
		} else {
			const task_ids = [...new Set([pick(), pick(), pick()].map((one) => one.id))];
			await api.post(`${path}/bulk`, { task_ids, column_id });
		}
	}
}

async function toggle(set: Set<string>, id: string, call: (method: string) => Promise<unknown>) {
	const has = set.has(id);
	await call(has ? "DELETE" : "PUT");
	if (has) set.delete(id);
	else set.add(id);
}

async function invite(world: World, project: Project, name: string): Promise<Person> {
	const email = `${name.toLowerCase()}-${Date.now()}@example.com`;
	const person = await Api.enter(world.server.url, "/users", { email, name, password });
	await world.people.alice.api.put(`/projects/${project.id}/members/${person.id}`, { role: "editor" });
	return { name, email, ...person };
}

const bar = (page: Page) => page.getByRole("region", { name: "Selected tasks" });

/** Does something while the words filter what is shown. */
async function filtered(page: Page, words: string, act: () => Promise<void>): Promise<void> {
	const field = page.getByRole("searchbox", { name: "Filter tasks" });
	await field.fill(words);
	await expect(page).toHaveURL(/[?&]q=/);
	await act();
	await field.fill("");
	await expect(page).not.toHaveURL(/[?&]q=/);
}

/** By its key. Another person may move the task between the focus and the key. */
async function select(page: Page, task: Locator, link: Locator): Promise<void> {
	await expect(async () => {
		await link.focus();
		if ((await task.getAttribute("data-selected")) === null) await page.keyboard.press("x");
		await expect(task).toHaveAttribute("data-selected", "true", { timeout: 1000 });
	}).toPass();
}

/** On the board: filters, selects, and moves what is selected, and a card by keys. */
async function onBoard(page: Page): Promise<void> {
	const board = new Board(page);
	await filtered(page, "Task 0", async () => {
		await expect(board.card("Task 24")).toHaveCount(0);
		for (const index of [0, 2, 4])
			await select(page, board.card(titleOf(index)), board.link(titleOf(index)));
		await expect(bar(page)).toContainText("3 selected");
		await page.keyboard.press("m");
		await page.getByRole("dialog", { name: "Move to" }).getByRole("combobox").fill("Doing");
		await page.keyboard.press("Enter");
	});
	await expect(bar(page)).toContainText("3 selected");
	await bar(page).getByRole("button", { name: "Priority" }).click();
	await page.getByRole("option", { name: "Urgent" }).click();
	await page.keyboard.press("Escape");
	await expect(bar(page)).toHaveCount(0);
	for (const index of [7, 8, 9]) {
		await board.link(titleOf(index)).focus();
		await page.keyboard.press("Shift+ArrowDown");
		await page.keyboard.press("Shift+ArrowRight");
	}
}

/** In the table: sorts and groups, and gives the selected rows a milestone. */
async function inTable(page: Page): Promise<void> {
	const head = page.getByRole("columnheader", { name: "Title" });
	await head.click();
	await expect(head).toHaveAttribute("aria-sort", "ascending");
	const first = page.locator(".table-title").filter({ hasText: titleOf(10) });
	await first.click();
	// A letter would be typed into the cell.
	await page.keyboard.press("Space");
	await page.keyboard.press("Shift+ArrowDown");
	await page.keyboard.press("Shift+ArrowDown");
	await expect(bar(page)).toContainText("3 selected");
	await bar(page).getByRole("button", { name: "Milestone" }).click();
	await page.getByRole("option", { name: "Beta" }).click();
	await page.keyboard.press("Escape");
	await head.click();
	await expect(head).toHaveAttribute("aria-sort", "descending");
	await page.getByRole("button", { name: "Group", exact: true }).click();
	await page.getByRole("menuitemradio", { name: "Group by column" }).click();
	await filtered(page, "Task 1", async () => {
		// Twelve tasks have it, below one to three heads of groups, and that of the columns.
		await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", /^1[4-6]$/);
	});
	await page.getByRole("button", { name: "Group: column" }).click();
	await page.getByRole("menuitemradio", { name: "Not grouped" }).click();
	await head.click();
	await expect(head).toHaveAttribute("aria-sort", "none");
}

/** On the calendar: selects some tasks and labels them. */
async function onCalendar(page: Page): Promise<void> {
	const task = (index: number) =>
		page
			.locator(".cal-task")
			.filter({ hasText: titleOf(index) })
			.first();
	const link = (index: number) => task(index).getByRole("link");
	for (const index of [15, 17, 19]) await select(page, task(index), link(index));
	await expect(bar(page)).toContainText("3 selected");
	await page.keyboard.press("l");
	await page.getByRole("option", { name: "Reviewed" }).click();
	await page.keyboard.press("Escape");
	await page.keyboard.press("Escape");
	await expect(bar(page)).toHaveCount(0);
	await filtered(page, "Task 21", async () => {
		await expect(link(20)).toBeVisible();
		await expect(link(1)).toHaveCount(0);
	});
}

const byPosition = (a: { position: string }, b: { position: string }) => (a.position < b.position ? -1 : 1);

/** The rows of the table as they should be: column by column, with some of their cells. */
function rowsOf({ tasks, columns, labels, members, milestones }: Snapshot): string[] {
	const names = (all: readonly { id: string; name: string }[], ids: readonly string[]) =>
		ids.flatMap((id) => all.find((one) => one.id === id)?.name ?? []).join();
	return columns.toSorted(byPosition).flatMap(({ id, name }) =>
		tasks
			.filter(({ column_id }) => column_id === id)
			.sort(byPosition)
			.map(({ title, label_ids, assignee_ids, milestone_id, priority }) =>
				[
					title,
					name,
					assignee_ids.length === 1 ? names(members, assignee_ids) : assignee_ids.length,
					names(labels, label_ids),
					priority,
					names(milestones, milestone_id === null ? [] : [milestone_id]),
				].join(" | "),
			),
	);
}

function shownRows(page: Page): Promise<string[]> {
	return page.locator(".table-body > [role=row]").evaluateAll((rows) => {
		const top = (row: Element) => row.getBoundingClientRect().top;
		return rows
			.sort((a, b) => top(a) - top(b))
			.map((row) => {
				const cell = (name: string) => row.querySelector(`[data-column="${name}"]`);
				const text = (name: string) => cell(name)?.textContent ?? "";
				const faces = cell("assignees")?.querySelectorAll(".avatar").length ?? 0;
				const more = Number(cell("assignees")?.querySelector(".soft")?.textContent?.slice(1) ?? 0);
				const chips = [...(cell("labels")?.querySelectorAll(".chip") ?? [])];
				return [
					text("title"),
					text("column"),
					faces === 1 ? cell("assignees")?.querySelector(".truncate")?.textContent : faces + more,
					chips.map(({ textContent }) => textContent).join(),
					cell("priority")?.lastElementChild?.textContent?.toLowerCase() ?? "none",
					text("milestone"),
				].join(" | ");
			});
	});
}

const numberOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** Each task with its first and last day. */
const daysOf = ({ tasks }: Snapshot): string[] =>
	tasks.map(({ title, start_on, due_on }) => `${title} ${numberOf(start_on ?? "")}-${numberOf(due_on ?? "")}`).sort();

async function shownDays(page: Page): Promise<string[]> {
	const segments = await page.locator(".cal-task").evaluateAll((bars) =>
		bars.map((bar) => {
			const from = Number(bar.closest<HTMLElement>("[data-day]")?.dataset["day"]);
			const span = Number((bar as HTMLElement).style.getPropertyValue("--span"));
			return { title: bar.querySelector(".cal-name")?.textContent ?? "", from, to: from + span - 1 };
		}),
	);
	const whole = new Map<string, { from: number; to: number }>();
	for (const { title, from, to } of segments) {
		const before = whole.get(title) ?? { from, to };
		whole.set(title, { from: Math.min(from, before.from), to: Math.max(to, before.to) });
	}
	return [...whole].map(([title, { from, to }]) => `${title} ${from}-${to}`).sort();
}

test("ten people filter, sort, select and move the same tasks at once, and in the end all see the same", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people);
	const path = `/projects/${project.id}`;
	const label = (name: string) =>
		alice.api.post<{ id: string }>(`${path}/labels`, { name, colour: "#2f6fde" }).then(({ id }) => id);
	await alice.api.post(`${path}/milestones`, { name: "Beta", due_on: on(28) });
	const reviewed = await label("Reviewed");
	const tasks: Task[] = [];
	for (let index = 0; index < count; index++) {
		const dates = { start_on: on(1 + index), due_on: on(1 + index) };
		const column_id = project.columns[columns[index % 3] ?? ""];
		tasks.push(await makeTask(alice, project, titleOf(index), { ...dates, column_id }));
	}
	const workers = await Promise.all(
		Array.from({ length: others }, async (_, index) => {
			const name = `Worker ${index + 1}`;
			const person = await invite(world, project, name.replace(" ", ""));
			return new Worker(person, project, tasks, await label(`By ${index + 1}`), index + 1);
		}),
	);
	// So tall that nothing has to be scrolled to.
	const open = (person: Person, view: string) =>
		world.open(person, `/p/${project.key}/${view}`, { viewport: { width: 1280, height: 2800 } });
	const [board, table, calendar] = await Promise.all([
		open(alice, "board"),
		open(bob, "table"),
		open(charlie, `calendar?on=${on(15)}`),
	]);
	await Promise.all([
		expect(board.locator(".card")).toHaveCount(count),
		expect(table.locator(".table-title")).toHaveCount(count),
		expect(calendar.locator(".cal-task")).toHaveCount(count),
	]);
	await Promise.all([board, table, calendar].map(idlePartsLoaded));

	const begun = Date.now();
	let isOver = false;
	const working = Promise.all(workers.map((worker) => worker.work(() => isOver)));
	await Promise.all([onBoard(board), inTable(table), onCalendar(calendar)]).finally(() => {
		isOver = true;
	});
	await working;
	const changes = workers.reduce((sum, worker) => sum + worker.changes, 0);
	figure(`${changes} changes of ${others} people in ${((Date.now() - begun) / 1000).toFixed(1)} s`);

	for (const page of [board, table, calendar]) await expect(page.locator("[data-pending]")).toHaveCount(0);
	const end = await snapshot(alice, project);
	await new Board(board).agrees(bob, project);
	await expect.poll(() => shownRows(table)).toEqual(rowsOf(end));
	await expect.poll(() => shownDays(calendar)).toEqual(daysOf(end));

	// Nothing that one of them did was lost to another.
	const titles = (having: (task: Task) => boolean) =>
		end.tasks
			.filter(having)
			.map(({ title }) => title)
			.sort();
	expect(titles(() => true)).toEqual(tasks.map(({ title }) => title));
	expect(titles(({ priority }) => priority === "urgent")).toEqual([0, 2, 4].map(titleOf));
	expect(titles(({ milestone_id }) => milestone_id !== null)).toEqual([10, 11, 12].map(titleOf));
	expect(titles(({ label_ids }) => label_ids.includes(reviewed))).toEqual([15, 17, 19].map(titleOf));
	for (const { person, label, taken, labelled } of workers) {
		const ids = (set: ReadonlySet<string>) => titles(({ id }) => set.has(id));
		expect(titles(({ assignee_ids }) => assignee_ids.includes(person.id))).toEqual(ids(taken));
		expect(titles(({ label_ids }) => label_ids.includes(label))).toEqual(ids(labelled));
	}
});
