// A board of another program comes along: looked into first, then brought in live, and taken back. And the way out again.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, snapshot, titles } from "./support/projects";
import { expect, test } from "./support/test";

/** An id as Trello makes it. */
const id = (number: number) => `5fcbe8ee${number.toString(16).padStart(16, "0")}`;
const [bob, charlie] = [id(0x31), id(0x32)];
let boards = 0;

/** A small board in the shape of Trello's export, with `more` cards; each call makes another one. */
function trello(more = 0) {
	const [todo, done] = [id(1), id(2)];
	const card = (number: number, name: string, idList: string, fields: object = {}) => ({
		id: id(0x100 + number),
		idShort: number,
		name,
		desc: "",
		closed: false,
		idList,
		pos: number,
		due: null,
		idLabels: [],
		idMembers: [],
		...fields,
	});
	return {
		id: id(0x10000 + boards++),
		name: "Garden",
		desc: "",
		lists: [
			{ id: todo, name: "Sow", closed: false, pos: 1 },
			{ id: done, name: "Harvested", closed: false, pos: 2 },
		],
		labels: [{ id: id(0x21), name: "herbs", color: "green" }],
		members: [
			{ id: bob, fullName: "Bob", username: "bob" },
			{ id: charlie, fullName: "Charlie", username: "charlie" },
		],
		checklists: [
			{
				id: id(0x41),
				idCard: id(0x101),
				name: "Steps",
				pos: 1,
				checkItems: [{ id: id(0x42), name: "Buy seeds", state: "complete", pos: 1 }],
			},
		],
		cards: [
			card(1, "Basil", todo, {
				desc: "Likes **sun**",
				idLabels: [id(0x21)],
				idMembers: [bob],
				stickers: [{ id: id(0x51), image: "star" }],
			}),
			card(2, "Mint", todo, { idMembers: [charlie] }),
			card(3, "Thyme <script>", done),
			...Array.from({ length: more }, (_, at) =>
				card(4 + at, `Seed ${at}`, todo, { desc: "- **sow**\n- [water](https://example.com)\n".repeat(6) }),
			),
		],
		actions: [
			{
				id: id(0x61),
				type: "commentCard",
				date: "2021-03-01T10:00:00.000Z",
				idMemberCreator: charlie,
				data: { text: "Needs water", card: { id: id(0x101) } },
			},
		],
	};
}

/** Drops a file on the zone, as a file manager would. */
async function drop(page: Page, name: string, content: string): Promise<void> {
	const zone = page.getByRole("button", { name: "Drop a file here" });
	await expect(zone).toBeVisible();
	await zone.evaluate(
		(element, { name, content }) => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([content], name));
			for (const type of ["dragenter", "dragover", "drop"])
				element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
		},
		{ name, content },
	);
}

async function pick(page: Page, field: string, option: string | RegExp): Promise<void> {
	await page.getByRole("combobox", { name: field }).click();
	await page.getByRole("option", { name: option }).first().click();
}

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });
const counted = (page: Page, kind: string) => page.getByRole("row", { name: new RegExp(`^${kind} \\d`) });

async function projectsOf(person: Person): Promise<{ id: string; key: string; name: string }[]> {
	return (await person.api.get<{ items: { id: string; key: string; name: string }[] }>("/projects?limit=200"))
		.items;
}

test("a board of Trello is looked into, imported with its people, and found there", async ({
	world,
	people,
}) => {
	await makeProject(people, { name: "Acquaintance" });
	const file = JSON.stringify(trello());
	const page = await world.open(people.alice, "/");
	await page.getByRole("link", { name: "Import", exact: true }).click();
	await expect(page).toHaveURL("/import");
	await axeFindsNothing(page);
	await drop(page, "garden.json", file);
	await expect(heading(page, "“garden”, from Trello")).toBeFocused();
	await expect(counted(page, "Tasks")).toHaveText(/Tasks\s*3/);
	await expect(counted(page, "Comments")).toHaveText(/Comments\s*1/);
	const stickers = page.locator("details").filter({ hasText: "There are no stickers here" });
	await stickers.locator("summary").click();
	await expect(stickers.getByRole("columnheader", { name: "How many" })).toBeVisible();
	await expect(stickers.getByRole("rowheader", { name: /stickers/ }).first()).toBeVisible();
	await pick(page, "Who is Bob here?", "Bob");
	await axeFindsNothing(page);
	// Nothing was written so far.
	expect((await projectsOf(people.alice)).some(({ name }) => name === "Garden")).toBe(false);

	await page.getByRole("button", { name: "Import into a new project" }).click();
	await expect(heading(page, "“garden” is imported")).toBeFocused();
	await axeFindsNothing(page);
	// The address keeps it.
	await page.reload();
	await expect(heading(page, "“garden” is imported")).toBeVisible();
	await page.getByRole("link", { name: "Open the project" }).click();
	const board = new Board(page);
	await expect(board.card("Basil")).toBeVisible();
	expect(await board.titles()).toEqual({ Sow: ["Basil", "Mint"], Harvested: ["Thyme <script>"] });
	const project = (await projectsOf(people.alice)).find(({ name }) => name === "Garden");
	if (!project) throw new Error("it is in no project");
	const { tasks, members } = await snapshot(people.alice, { ...project, columns: {} });
	expect(tasks.find(({ title }) => title === "Basil")?.assignee_ids).toEqual([people.bob.id]);
	// Charlie was not named, so that the one of the file is a guest.
	const guest = members.find(({ name }) => name === "Charlie");
	expect([guest?.role, guest?.id === people.charlie.id]).toEqual(["viewer", false]);
	// A manager says who that is, and what the guest had is Charlie's.
	await people.alice.api.put(`/projects/${project.id}/members/${people.charlie.id}`, { role: "editor" });
	await page.goto(`/p/${project.key}/members`);
	await page.getByRole("button", { name: "Say which member Charlie is" }).click();
	const who = page.getByRole("dialog", { name: "Who is Charlie?" });
	await axeFindsNothing(page);
	await pick(page, "Member", "Charlie");
	await who.getByRole("button", { name: "Merge" }).click();
	await expect(page.getByRole("button", { name: "Say which member Charlie is" })).toHaveCount(0);
	const merged = await snapshot(people.alice, { ...project, columns: {} });
	expect(merged.tasks.find(({ title }) => title === "Mint")?.assignee_ids).toEqual([people.charlie.id]);
	expect(merged.members.filter(({ name }) => name === "Charlie").map((one) => one.id)).toEqual([
		people.charlie.id,
	]);

	// The same file again brings nothing, and goes where the board is.
	await page.goto("/import");
	await drop(page, "garden.json", file);
	await expect(page.getByText("All of it is here already")).toBeVisible();
	await expect(page.getByRole("combobox", { name: "Where it goes" })).toHaveText(`${project.key} Garden`);

	// A project of its own is taken back by deleting it.
	await page
		.getByRole("list", { name: "Your imports" })
		.getByRole("link", { name: "garden" })
		.first()
		.click();
	await page.getByRole("button", { name: "Delete the project" }).click();
	const question = page.getByRole("dialog");
	await question.getByRole("textbox").fill(project.key);
	await question.getByRole("button", { name: "Delete the project" }).click();
	await expect(question).toHaveCount(0);
	expect((await projectsOf(people.alice)).some(({ name }) => name === "Garden")).toBe(false);
});

test("a table asks which day its dates mean, is mapped, goes into a project and is undone", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 422/);
	const project = await makeProject(people, { name: "Workshop" });
	await makeTask(people.alice, project, "Was here");
	const before = await titles(people.alice, project);
	const page = await world.open(people.bob, `/p/${project.key}/settings`);
	await page.getByRole("link", { name: "Import", exact: true }).click();
	await drop(
		page,
		"todo.csv",
		"Title;Status;Due date;Remark\nPaint the door;To do;05/06/2026;Two coats\nOil the hinges;Doing;;\n",
	);
	await expect(heading(page, "Which day is 05/06/2026?")).toBeVisible();
	await axeFindsNothing(page);
	await page.getByRole("button", { name: /\(day first\)/ }).click();
	await expect(heading(page, "“todo”, a table")).toBeVisible();
	const preview = page.getByRole("region", { name: "The first tasks, as they are understood" });
	await expect(preview.getByRole("row", { name: /Paint the door/ })).toContainText(/Jun/);
	await expect(preview).not.toContainText("Description");
	await pick(page, "What is Remark?", "Description");
	await expect(preview.getByRole("row", { name: /Paint the door/ })).toContainText("Two coats");
	await axeFindsNothing(page);
	await page.getByRole("button", { name: "Import into Workshop" }).click();
	await expect(heading(page, "“todo” is imported")).toBeVisible();
	const after = await snapshot(people.alice, project);
	const door = after.tasks.find(({ title }) => title === "Paint the door");
	expect(door?.due_on).toBe("2026-06-05");
	await page.getByRole("button", { name: "Undo the import" }).click();
	await expect(page.getByText("The import is undone").first()).toBeVisible();
	await expect.poll(() => titles(people.alice, project)).toEqual(before);
});

test("a file that is none says why, and the next one is taken", async ({ world, people }) => {
	world.expectTrouble(/status of 422/);
	const page = await world.open(people.charlie, "/import");
	const alert = page.getByRole("alert");
	for (const [name, content, why] of [
		["broken.json", '{"lists": [', "The file looks like JSON, but is none"],
		["empty.json", "", "The file is empty."],
		["picture.png", "\u0089PNG\u0000\u0000\u0000", "The file is"],
	] as const) {
		await drop(page, name, content);
		await expect(alert).toContainText(why);
		await expect(alert).toContainText("This file cannot be imported");
	}
	await axeFindsNothing(page);
	await drop(page, "garden.json", JSON.stringify(trello()));
	await expect(heading(page, "“garden”, from Trello")).toBeVisible();
	await expect(alert).toHaveCount(0);
	// Nothing of all that was imported: Charlie has nothing to look back at.
	await expect(page.getByRole("heading", { name: "Your imports" })).toHaveCount(0);
});

test("the text of an export is pasted, and a title is asked for", async ({ world, people }) => {
	world.expectTrouble(/status of 422/);
	const page = await world.open(people.alice, "/import");
	await expect(page.getByRole("button", { name: "Drop a file here" })).toBeVisible();
	await page.evaluate(() => {
		const clipboardData = new DataTransfer();
		clipboardData.setData("text/plain", "What,Where\nSand the table,Yard\n");
		document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
	});
	await expect(heading(page, "Which column has the titles of the tasks?")).toBeVisible();
	await pick(page, "Which column has the titles of the tasks?", "What");
	await expect(heading(page, "“Pasted”, a table")).toBeVisible();
	await expect(counted(page, "Tasks")).toHaveText(/Tasks\s*1/);
});

test("a large import is followed through a reload and cancelled, and nothing of it stays", async ({
	world,
	people,
}) => {
	test.slow();
	const page = await world.open(people.alice, "/import");
	await drop(page, "large.json", JSON.stringify({ ...trello(8000), name: "Large garden" }));
	await page.getByRole("button", { name: "Import into a new project" }).click({ timeout: 30_000 });
	const bar = page.getByRole("progressbar", { name: "Importing “large”" });
	await expect(bar).toBeVisible({ timeout: 30_000 });
	await page.reload();
	await expect(bar).toBeVisible();
	await page.getByRole("button", { name: "Cancel" }).click();
	await expect(heading(page, "The import of “large” was cancelled")).toBeFocused();
	await expect(page.getByText("Nothing of it stays here.")).toBeVisible();
	expect((await projectsOf(people.alice)).some(({ name }) => name === "Large garden")).toBe(false);
});

test("a project leaves as JSON and as a table, and comes back", async ({ world, people }) => {
	const project = await makeProject(people, { name: "Traveller" });
	await makeTask(people.alice, project, "Packed");
	const page = await world.open(people.alice, `/p/${project.key}/settings`);
	const download = async (name: string) => {
		const [file] = await Promise.all([
			page.waitForEvent("download"),
			page.getByRole("link", { name }).click(),
		]);
		return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
	};
	const whole = await download("Download JSON");
	expect(whole.name).toBe(`${project.key}.json`);
	await pick(page, "What it lists", "Columns");
	const table = await download("Download CSV");
	expect([table.name, table.text]).toEqual([`${project.key}-columns.csv`, expect.stringContaining("Doing")]);
	await page.goto("/import");
	await drop(page, whole.name, whole.text);
	await expect(heading(page, /, from Boardcast$/)).toBeVisible();
	await expect(counted(page, "Tasks")).toHaveText(/Tasks\s*1/);
});
