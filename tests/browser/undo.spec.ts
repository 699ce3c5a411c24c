// What a person did last is taken back by Ctrl+Z, unless another person has changed it since.
import { Board } from "./support/board";
import { makeProject, makeTask, snapshot, titles } from "./support/projects";
import { expect, test } from "./support/test";

test("a title is taken back, and the one of another person is left alone", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Before");
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const kept = async () => (await bob.api.get<{ title: string }>(path)).title;
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const rename = async (title: string) => {
		await page.locator(".card-link").focus();
		await page.keyboard.press("e");
		await page.getByRole("textbox", { name: /^Title of/ }).fill(title);
		await page.keyboard.press("Enter");
		await expect.poll(kept).toBe(title);
		await expect(page.locator("[data-pending]")).toHaveCount(0);
	};
	await rename("After");
	await page.keyboard.press("Control+z");
	await expect(board.link("Before")).toBeVisible();
	await expect.poll(kept).toBe("Before");

	await rename("Mine");
	await alice.api.patch(path, { title: "Alice's" });
	await expect(board.link("Alice's")).toBeVisible();
	await page.keyboard.press("Control+z");
	await expect(page.locator(".toast")).toContainText("Alice changed this since");
	expect(await kept()).toBe("Alice's");
});

test("what was taken back is done again, unless another person has changed it since", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Wash");
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Wash").focus();
	await page.keyboard.press("Shift+ArrowRight");
	await expect.poll(async () => (await board.titles())["Doing"]).toEqual(["Wash"]);
	await page.keyboard.press("Delete");
	await expect(board.card("Wash")).toHaveCount(0);
	await page.keyboard.press("Control+z");
	await expect(board.card("Wash")).toBeVisible();
	await page.keyboard.press("Control+z");
	await expect.poll(async () => (await board.titles())["To do"]).toEqual(["Wash"]);
	await page.keyboard.press("Control+Shift+z");
	await expect.poll(async () => (await board.titles())["Doing"]).toEqual(["Wash"]);
	await page.keyboard.press("Control+Shift+z");
	await expect(board.card("Wash")).toHaveCount(0);
	await page.keyboard.press("Control+z");
	await page.keyboard.press("Control+z");
	await expect.poll(async () => (await board.titles())["To do"]).toEqual(["Wash"]);
	await board.agrees(bob, project);

	await alice.api.put(`/projects/${project.id}/tasks/${task.id}/position`, {
		column_id: project.columns["Done"],
		after: null,
	});
	await expect.poll(async () => (await board.titles())["Done"]).toEqual(["Wash"]);
	await page.keyboard.press("Control+Shift+z");
	await expect(page.locator(".toast")).toContainText("Alice changed this since");
	await board.agrees(bob, project);
});

test("a completion is taken back", async ({ world, people }) => {
	const project = await makeProject(people, { columns: [{ name: "To do" }] });
	await makeTask(people.alice, project, "Wash");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await page.locator(".card-link").focus();
	await page.keyboard.press("t");
	await expect(page.locator(".card-done")).toBeVisible();
	await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
	await expect(page.locator(".card-done")).toHaveCount(0);
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	const { items } = await people.bob.api.get<{ items: { completed_at: string | null }[] }>(
		`/projects/${project.id}/tasks`,
	);
	expect(items.map(({ completed_at }) => completed_at)).toEqual([null]);
});

test("a deleted checklist item comes back to its place, also without a connection", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	world.expectTrouble(/ERR_INTERNET_DISCONNECTED/);
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Pack");
	for (const text of ["Tent", "Stove", "Map"])
		await alice.api.post(`/projects/${project.id}/tasks/${task.id}/checklist`, { text });
	const items = async () =>
		(await snapshot(bob, project)).checklist_items
			.sort((a, b) => (a.position < b.position ? -1 : 1))
			.map(({ text, done }) => `${done ? "x" : "-"} ${text}`);
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	const list = page.getByRole("region", { name: "Checklist" });
	const remove = async (text: string) => {
		await list.getByRole("button", { name: `Actions for “${text}”` }).click();
		await page.getByRole("menuitem", { name: "Delete" }).click();
	};
	await list.getByRole("checkbox", { name: "Stove" }).check();
	await remove("Stove");
	await expect.poll(items).toEqual(["- Tent", "- Map"]);
	const toast = page.locator(".toast");
	await expect(toast).toContainText("“Stove” deleted");
	await toast.getByRole("button", { name: "Undo" }).click();
	await expect.poll(items).toEqual(["- Tent", "x Stove", "- Map"]);
	await expect(list.getByRole("listitem")).toHaveText([/Tent/, /Stove/, /Map/]);
	await toast.getByRole("button", { name: "Redo" }).click();
	await expect.poll(items).toEqual(["- Tent", "- Map"]);

	await page.context().setOffline(true);
	await remove("Tent");
	await expect(list.getByRole("listitem")).toHaveCount(1);
	await toast.filter({ hasText: "Tent" }).getByRole("button", { name: "Undo" }).click();
	await expect(list.getByRole("listitem")).toHaveText([/Tent/, /Map/]);
	await page.context().setOffline(false);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	await expect(page.locator(".pill")).not.toContainText("waiting");
	expect(await items()).toEqual(["- Tent", "- Map"]);
	await expect(list.getByRole("listitem")).toHaveText([/Tent/, /Map/]);
});

test("a column's move and its new name are taken back", async ({ world, people }) => {
	world.expectTrouble(/status of 412/);
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const heads = page.locator(".column h2");
	const names = async () => Object.keys(await titles(people.bob, project));
	const act = async (column: string, action: string) => {
		await page.getByRole("button", { name: `Actions for the column ${column}` }).click();
		await page.getByRole("menuitem", { name: action }).click();
	};
	await act("Doing", "Move left");
	await expect(heads).toHaveText(["Doing", "To do", "Done"]);
	await page.keyboard.press("Control+z");
	await expect(heads).toHaveText(["To do", "Doing", "Done"]);

	const rename = async (from: string, to: string) => {
		await act(from, "Rename and limit…");
		await page.getByRole("dialog").getByLabel("Name").fill(to);
		await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
		await expect(heads.nth(1)).toHaveText(to);
	};
	await rename("Doing", "In work");
	const toast = page.locator(".toast").filter({ hasText: "The column Doing is now In work" });
	await toast.getByRole("button", { name: "Undo" }).click();
	await expect(heads).toHaveText(["To do", "Doing", "Done"]);
	await expect.poll(names).toEqual(["To do", "Doing", "Done"]);

	await rename("Doing", "Mine");
	const path = `/projects/${project.id}/columns/${project.columns["Doing"]}`;
	await people.alice.api.patch(path, { name: "Alice's" });
	await expect(heads.nth(1)).toHaveText("Alice's");
	await page.keyboard.press("Control+z");
	await expect(page.locator(".toast").filter({ hasText: "changed this since" })).toBeVisible();
	await expect.poll(names).toEqual(["To do", "Alice's", "Done"]);
});

test("in a text field Ctrl+Z takes back the typing, and not what was done before", async ({
	world,
	people,
}) => {
	const project = await makeProject(people, { columns: [{ name: "To do" }] });
	await makeTask(people.alice, project, "Wash");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await page.locator(".card-link").focus();
	await page.keyboard.press("t");
	await expect(page.locator(".card-done")).toBeVisible();
	await expect(page.locator(".toast").getByRole("button", { name: "Undo" })).toBeVisible();
	// It is there to be undone as long as it is pointed at.
	await page.locator(".toast").hover();
	const column = new Board(page).column("To do");
	await column.getByRole("button", { name: "Add a task to To do" }).press("Enter");
	const quick = column.getByRole("textbox", { name: "Add a task to To do" });
	await quick.pressSequentially("Iron");
	await page.keyboard.press("Control+z");
	await expect(quick).toHaveValue("");
	await page.keyboard.press("Control+z");
	await quick.press("Escape");

	await page.locator(".card-link").press("Enter");
	const title = page.getByRole("dialog").getByRole("textbox", { name: "Title" });
	await title.press("End");
	await title.pressSequentially(" up");
	await page.keyboard.press("Control+z");
	await expect(title).toHaveValue("Wash");
	const item = page.getByRole("textbox", { name: "Add an item" });
	await item.pressSequentially("Soap");
	await page.keyboard.press("Control+z");
	await expect(item).toHaveValue("");
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toHaveCount(0);
	await expect(page.locator(".card-done"), "it is still done").toBeVisible();
});
