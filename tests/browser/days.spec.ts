// Days are typed in words or picked from a calendar, and one of a few is chosen from a list: by mouse and by keys.
import type { Page } from "@playwright/test";
import { choose, shown } from "./support/fields";
import { makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

// A Sunday.
const now = new Date("2026-11-29T12:00:00Z");

async function open(world: World, fields: object = {}) {
	const { people } = world;
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Print", fields);
	const context = await world.browser(people.bob);
	const page = await context.newPage();
	await page.clock.setFixedTime(now);
	await page.goto(`/p/${project.key}/board/1`);
	const dialog = page.getByRole("dialog", { name: `${project.key}-1 Print` });
	await expect(dialog).toBeVisible();
	const kept = () =>
		people.bob.api.get<{ due_on: string | null }>(`/projects/${project.id}/tasks/${task.id}`);
	const due = async () => (await kept()).due_on;
	return { project, page, dialog, due, field: dialog.getByLabel("Due", { exact: true }) };
}

const focused = (page: Page) => page.locator(":focus");

test("a day is typed as people say it", async ({ world }) => {
	const { field, due, dialog } = await open(world);
	for (const [typed, day] of [
		["tomorrow", "2026-11-30"],
		["4 dec", "2026-12-04"],
		["fri", "2026-12-04"],
		["2027-01-05", "2027-01-05"],
	] as const) {
		await field.fill(typed);
		await expect(dialog.getByText(shown(day, now), { exact: true })).toBeVisible();
		await field.press("Enter");
		await expect(field).toHaveValue(shown(day, now));
		await expect.poll(due).toBe(day);
	}
	await field.fill("the other day");
	await field.press("Tab");
	await expect(field).toHaveAttribute("aria-invalid", "true");
	await expect(dialog.getByText(/^Not understood as a day/)).toBeVisible();
	await expect(field).toHaveValue("the other day");
	await field.press("Escape");
	await expect(field).toHaveValue(shown("2027-01-05", now));
	await field.fill("");
	await field.press("Enter");
	await expect.poll(due).toBeNull();
});

test("the calendar is used by keys alone, and gives the focus back", async ({ world }) => {
	const { page, field, due } = await open(world, { due_on: "2026-12-04" });
	await field.focus();
	await field.press("ArrowDown");
	const calendar = page.getByRole("dialog", { name: "Calendar for Due" });
	await expect(calendar).toBeVisible();
	await expect(focused(page)).toHaveAccessibleName(/^Friday,? 4 December 2026$/);
	for (const [key, name] of [
		["ArrowRight", /5 December 2026/],
		["ArrowDown", /12 December 2026/],
		["Home", /7 December 2026/],
		["End", /13 December 2026/],
		["PageDown", /13 January 2027/],
		["PageUp", /13 December 2026/],
		["Shift+PageDown", /13 December 2027/],
		["Shift+PageUp", /13 December 2026/],
		["ArrowUp", /6 December 2026/],
		["ArrowLeft", /5 December 2026/],
	] as const) {
		await page.keyboard.press(key);
		await expect(focused(page), key).toHaveAccessibleName(name);
	}
	await page.keyboard.press("Escape");
	await expect(calendar).toHaveCount(0);
	await expect(field).toBeFocused();
	expect(await due()).toBe("2026-12-04");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Enter");
	await expect(calendar).toHaveCount(0);
	await expect(field).toHaveValue(shown("2026-12-05", now));
	await expect.poll(due).toBe("2026-12-05");
});

test("the shortcuts of the calendar are each of another day", async ({ world }) => {
	const { page, dialog, due } = await open(world, { due_on: "2026-12-04" });
	await dialog.getByRole("button", { name: "Calendar for Due" }).click();
	const calendar = page.getByRole("dialog", { name: "Calendar for Due" });
	await expect(calendar.locator(".calendar-shortcuts button")).toHaveText([
		/^Today/,
		/^Tomorrow.*30 Nov$/,
		"No date",
	]);
	await calendar.getByRole("button", { name: "Month after" }).click();
	await expect(calendar.getByText("January 2027")).toBeVisible();
	await calendar.getByRole("button", { name: /^Friday,? 1 January 2027$/ }).click();
	await expect.poll(due).toBe("2027-01-01");
	await dialog.getByRole("button", { name: "Calendar for Due" }).click();
	await calendar.getByRole("button", { name: "No date" }).click();
	await expect.poll(due).toBeNull();
});

test("`d` on a card takes a typed day, and nothing typed is lost in silence", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Quick");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const due = async () =>
		(await people.bob.api.get<{ due_on: string }>(`/projects/${project.id}/tasks/${task.id}`)).due_on;
	await page.getByRole("link", { name: "Quick" }).focus();
	await page.keyboard.press("d");
	const panel = page.getByRole("dialog", { name: "Due" });
	await expect(panel.getByRole("textbox", { name: "Due" })).toBeFocused();
	await page.keyboard.type("2026-12-24");
	await page.keyboard.press("Enter");
	await expect(panel).toHaveCount(0);
	await expect.poll(due).toBe("2026-12-24");
	await page.keyboard.press("d");
	await expect(panel.getByRole("textbox", { name: "Due" })).toBeFocused();
	await page.keyboard.type("some day");
	await expect(panel.getByRole("textbox", { name: "Due" })).toHaveValue("some day");
	await page.mouse.click(5, 5);
	await expect(page.locator(".toast").filter({ hasText: "Not saved: “some day”" })).toBeVisible();
	expect(await due()).toBe("2026-12-24");
});

test("a choice is made by mouse, by arrows and by letters", async ({ world, people }) => {
	const { page, dialog, project } = await open(world);
	const column = dialog.getByRole("combobox", { name: "Column" });
	const there = async () =>
		(await people.bob.api.get<{ tasks: { column_id: string }[] }>(`/projects/${project.id}/board`)).tasks[0]
			?.column_id;
	await choose(column, "Done");
	await expect(column).toHaveText("Done");
	await expect.poll(there).toBe(project.columns["Done"]);
	await column.focus();
	await page.keyboard.press("Enter");
	await expect(column).toHaveAttribute("aria-expanded", "true");
	await page.keyboard.press("ArrowUp");
	await page.keyboard.press("Escape");
	await expect(column).toHaveAttribute("aria-expanded", "false");
	await expect(dialog, "Escape closes the list only").toBeVisible();
	await expect(column).toHaveText("Done");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Home");
	await page.keyboard.press("Enter");
	await expect.poll(there).toBe(project.columns["To do"]);
	// The letter is no shortcut while the list has the focus.
	await page.keyboard.type("doi");
	await expect(page.getByRole("option", { name: "Doing" })).toHaveAttribute("data-current", "true");
	await page.keyboard.press("Enter");
	await expect.poll(there).toBe(project.columns["Doing"]);
	await expect(page.getByRole("listbox")).toHaveCount(0);
	await expect(column).toBeFocused();
});
