// What is typed with an input method: Enter confirms a word and Escape drops one, in the fields of the page.
import type { Locator, Page } from "@playwright/test";
import { Board } from "./support/board";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

interface Field {
	name: string;
	/** Where in a project it is. */
	at: string;
	open: (page: Page) => Promise<Locator>;
}

const word = "ねこ";
const box = (page: Page, name: string | RegExp) => page.getByRole("textbox", { name });
const press = async (page: Page, button: string | RegExp) =>
	page.getByRole("button", { name: button }).first().click();
const item = async (page: Page, menu: string | RegExp, entry: string | RegExp) => {
	await press(page, menu);
	await page.getByRole("menuitem", { name: entry }).click();
};

const fields: readonly Field[] = [
	{
		name: "a card's title",
		at: "board",
		open: async (page) => {
			await new Board(page).link("Cat").focus();
			await page.keyboard.press("e");
			return box(page, /^Title of/);
		},
	},
	{
		name: "a new task",
		at: "board",
		open: async (page) => {
			await press(page, "Add a task to Doing");
			return box(page, "Add a task to Doing");
		},
	},
	{
		name: "a column's name",
		at: "board",
		open: async (page) => {
			await item(page, "Actions for the column Doing", "Rename and limit…");
			return box(page, "Name");
		},
	},
	{
		name: "the palette",
		at: "board",
		open: async (page) => {
			await expect(page.locator(".card")).toBeVisible();
			await page.keyboard.press("Control+k");
			return page.getByRole("combobox").and(page.locator(":focus"));
		},
	},
	{ name: "a task's title", at: "board/1", open: async (page) => box(page, "Title") },
	{
		name: "a description",
		at: "board/1",
		open: async (page) => {
			await press(page, "Add a description…");
			return box(page, "Description");
		},
	},
	{ name: "a comment", at: "board/1", open: async (page) => box(page, "Write a comment") },
	{ name: "a new item", at: "board/1", open: async (page) => box(page, "Add an item") },
	{
		name: "a dependency",
		at: "board/1",
		open: async (page) => {
			await press(page, "Add a task to wait for");
			return page.getByRole("combobox", { name: "Add a task to wait for" });
		},
	},
	{
		name: "a day",
		at: "board/1",
		open: async (page) => page.getByRole("dialog").getByLabel("Due", { exact: true }),
	},
	{
		name: "a label",
		at: "board/1",
		open: async (page) => {
			await press(page, /^Labels/);
			return page.getByRole("combobox").and(page.locator(":focus"));
		},
	},
	{
		name: "a person",
		at: "board/1",
		open: async (page) => {
			await press(page, /^Assignees/);
			return page.getByRole("combobox").and(page.locator(":focus"));
		},
	},
	{
		name: "a new label",
		at: "board/1",
		open: async (page) => {
			await press(page, /^Labels/);
			await press(page, "Manage labels");
			return page.getByRole("dialog", { name: "Labels" }).getByRole("textbox", { name: "New label" });
		},
	},
	{
		name: "an estimate",
		at: "board/1",
		open: async (page) => page.getByRole("dialog").getByLabel("Estimate", { exact: true }),
	},
	{
		name: "a title in the table",
		at: "table",
		open: async (page) => {
			await page.locator('.table-body [data-column="title"]').first().dblclick();
			return box(page, /^Title/);
		},
	},
	{
		name: "a milestone",
		at: "timeline",
		open: async (page) => {
			await press(page, /^New milestone|^Milestone/);
			return box(page, "Name");
		},
	},
	{ name: "a project's name", at: "settings", open: async (page) => box(page, "Name") },
];

for (const { name, at, open } of fields) {
	test(`a word is composed in ${name}`, async ({ world, people }) => {
		const project = await makeProject(people);
		await makeTask(people.alice, project, "Cat", { start_on: day(0), due_on: day(1) });
		const page = await world.open(people.bob, `/p/${project.key}/${at}`);
		const writes: string[] = [];
		page.on("request", (request) => {
			const { pathname } = new URL(request.url());
			const isOfPage = /presence$|read$|v1\/me$/.test(pathname);
			if (request.method() !== "GET" && !isOfPage) writes.push(`${request.method()} ${pathname}`);
		});
		const field = await open(page);
		await field.fill("");
		await expect(field).toBeFocused();
		const keys = await page.context().newCDPSession(page);
		const composing = (text: string) =>
			keys.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
		// A key that the input method takes comes with the code of one: https://www.w3.org/TR/uievents/#determine-keydown-keyup-keyCode
		const taken = async (key: string) => {
			for (const type of ["rawKeyDown", "keyUp"] as const)
				await keys.send("Input.dispatchKeyEvent", { type, key, code: key, windowsVirtualKeyCode: 229 });
		};
		await composing("ね");
		await composing(word);
		for (const key of ["ArrowDown", "ArrowUp", "Tab", "Enter", "Escape"]) {
			await taken(key);
			await expect(field, `after ${key}`).toBeFocused();
			await expect(field, `after ${key}`).toHaveValue(word);
		}
		await keys.send("Input.insertText", { text: word });
		await expect(field).toHaveValue(word);
		await expect(field).toBeFocused();
		expect(writes).toEqual([]);
	});
}
