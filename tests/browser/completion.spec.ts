// What is typed is completed by the same list, wherever it is: in a comment, in quick add, and in the words of a filter.
import type { Locator, Page } from "@playwright/test";
import { Board } from "./support/board";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

interface Place {
	path: (project: Project) => string;
	field: (page: Page) => Promise<Locator>;
	/** What opens the list, and what is in the field once Bob is chosen. */
	typed: string;
	whole: RegExp;
}

const places: Record<string, Place> = {
	"a comment": {
		path: ({ key }) => `/p/${key}/board/1`,
		field: async (page) => page.getByRole("textbox", { name: "Comment" }).first(),
		typed: "Hello @",
		whole: /^Hello \[@Bob\]\(mention:.*\) $/,
	},
	"quick add": {
		path: ({ key }) => `/p/${key}/board`,
		field: async (page) => {
			await new Board(page).column("Doing").getByRole("button", { name: "Add a task to Doing" }).click();
			return new Board(page).column("Doing").getByRole("textbox");
		},
		typed: "Meet @",
		whole: /^Meet @Bob $/,
	},
	"a filter": {
		path: ({ key }) => `/p/${key}/board`,
		field: async (page) => page.getByRole("searchbox", { name: "Filter tasks" }),
		typed: "assignee:",
		whole: /^assignee:Bob $/,
	},
};

for (const [name, { path, field: find, typed, whole }] of Object.entries(places)) {
	test(`in ${name} arrows go round, Escape closes the list for this word only, and Tab takes`, async ({
		world,
		people,
	}) => {
		const project = await makeProject(people);
		await makeTask(people.alice, project, "Talked about");
		const page = await world.open(people.alice, path(project));
		const field = await find(page);
		const options = page.getByRole("listbox").getByRole("option");
		await field.pressSequentially(typed);
		await expect(options.filter({ hasText: "Charlie" })).toBeVisible();
		await expect(field).toHaveAttribute("aria-autocomplete", "list");
		const list = await field.getAttribute("aria-controls");
		await expect(page.locator(`[id="${list}"]`)).toHaveRole("listbox");
		const chosen = async () => {
			const active = await field.getAttribute("aria-activedescendant");
			const option = page.locator(`[id="${active}"]`);
			await expect(option).toHaveAttribute("aria-selected", "true");
			return option.textContent();
		};
		const all = await options.allTextContents();
		await field.press("ArrowUp");
		expect(await chosen()).toBe(all.at(-1));
		await field.press("ArrowDown");
		expect(await chosen()).toBe(all[0]);
		await field.press("ArrowDown");
		expect(await chosen()).toBe(all[1]);
		await field.press("Escape");
		await expect(options).toHaveCount(0);
		await expect(field).toBeFocused();
		await expect(field).toHaveValue(typed);
		expect(await field.getAttribute("aria-activedescendant")).toBeNull();
		await field.press("b");
		await expect(options).toHaveText([/Bob$/]);
		await field.press("ArrowDown");
		await field.press("Tab");
		await expect(field).toHaveValue(whole);
		await expect(field).toBeFocused();
		await expect(page.locator("[role=listbox] [role=option]")).toHaveCount(0);
	});
}
