// Nothing that a person has typed is ever lost: not to another person, to a reload, to a key or to the network.
import type { Locator, Page } from "@playwright/test";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, snapshot, titles } from "./support/projects";
import { expect, test } from "./support/test";

const refusals = (page: Page) => page.locator(".toast-typed");
const pill = (page: Page) => page.locator(".pill");

/** What the page asks the server to change, as "PATCH tasks/…". */
function changes(page: Page): string[] {
	const asked: string[] = [];
	page.on("request", (request) => {
		if (request.method() !== "GET") asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
	});
	return asked;
}

const edits = /\/api\/v1\/projects\/[^/]+\/(tasks|columns)/;

/** Edits get no answer; the page and its stream do. */
async function holdEdits(page: Page): Promise<void> {
	await page
		.context()
		.route(edits, (route) => (route.request().method() === "GET" ? route.continue() : route.abort()));
}

/** Pastes as a keyboard would. */
async function paste(field: Locator, text: string): Promise<void> {
	await field.focus();
	await field.evaluate((element, text) => {
		const data = new DataTransfer();
		data.setData("text/plain", text);
		const wanted = element.dispatchEvent(
			new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
		);
		if (wanted) document.execCommand("insertText", false, text);
	}, text);
}

test("a title that two people change on the card is shown as yours and theirs", async ({ world, people }) => {
	const { alice, bob } = people;
	world.expectTrouble(/status of 412/);
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Contested");
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Contested").focus();
	await page.keyboard.press("e");
	const field = page.getByRole("textbox", { name: /^Title of/ });
	await field.fill("Bob's title");
	await alice.api.patch(path, { title: "Alice's title" });
	await expect(page.locator(".card-who")).toHaveText("Alice changed this");
	const asked = changes(page);
	await field.press("Enter");

	await expect(refusals(page)).toHaveCount(1);
	await expect(refusals(page)).toContainText("Alice's title");
	await expect(refusals(page)).toContainText("Bob's title");
	await expect(board.card("Alice's title")).toBeVisible();
	expect(asked.filter((one) => one.startsWith("PATCH"))).toHaveLength(1);
	await expect(page.locator(".toast")).toHaveCount(1);

	await page.reload();
	await refusals(page).getByRole("button", { name: "Use mine" }).click();
	await expect(board.card("Bob's title")).toBeVisible();
	await expect(refusals(page)).toHaveCount(0);
	await expect.poll(async () => (await bob.api.get<{ title: string }>(path)).title).toBe("Bob's title");
});

test("a title that is typed while its task is deleted stays in sight, and is said once", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 404/);
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Short life");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const title = page.getByRole("textbox", { name: "Title" });
	await title.fill("A much better title");
	await people.alice.api.delete(`/projects/${project.id}/tasks/${task.id}`);
	await expect(page.getByRole("dialog")).toContainText(`Alice deleted ${project.key}-1`);
	await expect(refusals(page)).toHaveCount(1);
	await expect(refusals(page)).toContainText("A much better title");
	await expect(page.locator(".toast")).toHaveCount(1);
});

test("a text is not lost when the role is lowered", async ({ world, people }) => {
	world.expectTrouble(/status of 403/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Mine no more");
	const page = await world.open(people.charlie, `/p/${project.key}/board/1`);
	await page.getByRole("button", { name: "Add a description…" }).click();
	await page.getByRole("textbox", { name: "Description" }).fill("Three paragraphs of it");
	await people.alice.api.put(`/projects/${project.id}/members/${people.charlie.id}`, { role: "viewer" });
	await expect(refusals(page)).toContainText("Three paragraphs of it");
	await expect(page.locator(".toast").filter({ hasText: "Alice made you viewer" })).toHaveCount(1);
});

test("edits that wait survive a reload, are asked about, and are sent once and in order", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	world.expectTrouble(/ERR_FAILED/);
	const project = await makeProject(people);
	await makeTask(alice, project, "First");
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await holdEdits(page);
	await board.add("Doing", "Second", "Third");
	await board.link("First").focus();
	await page.keyboard.press("e");
	await page.getByRole("textbox", { name: /^Title of/ }).fill("First of all");
	await page.keyboard.press("Enter");
	await expect(pill(page)).toContainText("3 changes waiting");

	const asks = page.waitForEvent("dialog");
	const gone = page.reload();
	const dialog = await asks;
	expect(dialog.type()).toBe("beforeunload");
	await dialog.accept();
	await gone;
	await expect(pill(page)).toContainText("3 changes waiting");
	await expect(board.card("First of all")).toBeVisible();
	await expect(board.column("Doing").locator(".card")).toHaveText([/Second/, /Third/]);
	expect((await titles(alice, project))["Doing"]).toEqual([]);

	const asked = changes(page);
	await page.context().unroute(edits);
	await expect(pill(page)).not.toContainText("waiting", { timeout: 40_000 });
	await board.agrees(alice, project);
	expect(await titles(alice, project)).toEqual({
		"To do": ["First of all"],
		Doing: ["Second", "Third"],
		Done: [],
	});
	expect(asked.filter((one) => one.startsWith("POST"))).toHaveLength(2);
	await page.reload();
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await board.agrees(alice, project);
});

test("what waits is not sent by another user of the same browser, and a sign-out asks", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	world.expectTrouble(/ERR_FAILED|status of 401/);
	const project = await makeProject(people);
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await holdEdits(page);
	await board.add("Doing", "Bob's secret");
	await expect(pill(page)).toContainText("1 change waiting");
	await page.locator(".sidebar-me").click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await expect(page.getByRole("dialog")).toContainText("1 change has not reached the server yet");
	await page.getByRole("button", { name: "Cancel" }).click();

	// The browser gets the cookie of another user, as by a sign-in in another tab.
	page.on("dialog", (dialog) => void dialog.accept());
	const become = async ({ api, name: who }: Person) => {
		const [name = "", value = ""] = api.cookie.split("=");
		await page.context().addCookies([{ name, value, url: api.url, httpOnly: true, sameSite: "Lax" }]);
		await page.reload();
		await expect(pill(page)).toHaveAttribute("data-state", "live");
		await expect(page.locator(".sidebar-me")).toContainText(who);
	};
	await become(charlie);
	await page.context().unroute(edits);
	await makeTask(charlie, project, "Later", { column_id: project.columns["Done"] });
	await expect(board.card("Later")).toBeVisible();
	await expect(pill(page)).not.toContainText("waiting");
	// A tab takes up what another one has left within this time.
	await page.waitForTimeout(2000);
	expect((await titles(alice, project))["Doing"]).toEqual([]);
	await become(bob);
	await expect.poll(async () => (await titles(alice, project))["Doing"]).toEqual(["Bob's secret"]);
	const { tasks } = await snapshot(alice, project);
	const made = tasks.find(({ title }) => title === "Bob's secret");
	expect(made).toMatchObject({ created_by: bob.id });
});

test("an undo does not take back what another person did since", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Travels");
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.link("Travels").focus();
	await page.keyboard.press("Shift+ArrowRight");
	await expect(page.locator(".toast")).toContainText("moved to Doing");
	await board.agrees(bob, project);
	await alice.api.put(`/projects/${project.id}/tasks/${task.id}/position`, {
		column_id: project.columns["Done"],
		after: null,
	});
	await expect(board.column("Done").locator(".card")).toHaveCount(1);
	await page.keyboard.press("Control+z");
	await expect(page.locator(".toast")).toContainText("Alice changed this since");
	await expect(board.column("Done").locator(".card")).toHaveCount(1);
	expect((await titles(bob, project))["Done"]).toEqual(["Travels"]);
});

test("a pasted list of 130 lines becomes 130 tasks, and a long line keeps its end", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const column = new Board(page).column("To do");
	await column.getByRole("button", { name: "Add a task to To do" }).click();
	const field = column.getByRole("textbox");
	const long = `${"a".repeat(254)}😀 ${"b".repeat(45)}`;
	const lines = [...Array.from({ length: 129 }, (_, index) => `Line ${index + 1}`), long];
	await paste(field, lines.join("\n"));
	await column.getByRole("button", { name: "Create 130 tasks" }).click();
	await expect
		.poll(async () => (await titles(people.bob, project))["To do"]?.length, { timeout: 60_000 })
		.toBe(130);
	const { tasks } = await snapshot(people.bob, project);
	const last = tasks.find(({ title }) => title.startsWith("aaa"));
	const path = `/projects/${project.id}/tasks/${last?.id}`;
	expect((await people.bob.api.get<{ description: string }>(path)).description).toBe(long);
});

test("a checklist takes what it has room for of a pasted list, and the rest stays in the field", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Inventory");
	const page = await (await world.browser(people.bob)).newPage();
	// The page gets 195 items more than the server has: making them all would take long.
	await page.route(`**/projects/${project.id}/board`, async (route) => {
		const answer = await route.fetch();
		const board = (await answer.json()) as { checklist_items: object[] };
		for (let number = 1; number <= 195; number++) {
			const id = String(number).padStart(8, "0") + task.id.slice(8);
			const item = { id, task_id: task.id, text: `Item ${number}`, done: false, position: "Zz", version: 1 };
			board.checklist_items.unshift(item);
		}
		await route.fulfill({ response: answer, json: board });
	});
	await page.goto(`/p/${project.key}/board/1`);
	const field = page.getByRole("textbox", { name: "Add an item" });
	const items = async () => (await snapshot(people.bob, project)).checklist_items.map(({ text }) => text);
	await paste(field, "- One\n- Two");
	await page.getByRole("button", { name: "Add 2 items" }).click();
	await expect.poll(items).toEqual(["One", "Two"]);
	await expect(field).toBeFocused();

	await paste(field, ["Three", "Four", "Five", "Six", "Seven"].join("\n"));
	await page.getByRole("button", { name: "Add the first 3 of 5" }).click();
	await expect.poll(async () => (await items()).slice(-3)).toEqual(["Three", "Four", "Five"]);
	await expect(field).toHaveValue("Six\nSeven");
	await expect(page.locator(".toast")).toHaveCount(0);
	await field.press("Enter");
	await expect(field).toHaveValue("Six\nSeven");
	await field.fill("Six");
	await field.press("Enter");
	await expect(page.getByText("The checklist is full")).toBeVisible();
	await expect(field).toHaveValue("Six");
	expect(await items()).toHaveLength(5);
	await expect(page.locator(".toast")).toHaveCount(0);
});

test("a half-typed task waits in its column: for another column, for Escape, for a reload", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	const [todo, doing] = [board.column("To do"), board.column("Doing")];
	await todo.getByRole("button", { name: "Add a task to To do" }).click();
	await todo.getByRole("textbox").fill("Half a thought");
	await doing.getByRole("button", { name: "Add a task to Doing" }).click();
	await expect(todo.getByRole("button", { name: /Half a thought/ })).toBeVisible();
	await page.reload();
	await todo.getByRole("button", { name: /Half a thought/ }).click();
	await expect(todo.getByRole("textbox")).toHaveValue("Half a thought");
	await page.keyboard.press("Escape");
	await todo.getByRole("button", { name: /Half a thought/ }).click();
	await page.keyboard.press("Enter");
	await expect(board.card("Half a thought")).toBeVisible();
	await expect(todo.getByRole("textbox")).toHaveValue("");
});

test("Escape puts a description aside and leaves it in sight", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Essay");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	await page.getByRole("button", { name: "Add a description…" }).click();
	await page.getByRole("textbox", { name: "Description" }).fill("300 characters of thought");
	await page.keyboard.press("Escape");
	await expect(page.locator(".task-aside")).toContainText("300 characters of thought");
	await page.reload();
	await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("300 characters of thought");
	await page.keyboard.press("Escape");
	await page.locator(".task-aside").getByRole("button", { name: "Discard" }).click();
	await page.getByRole("button", { name: "Undo" }).click();
	await expect(page.locator(".task-description :is(.prose, .rendered)")).toHaveText(
		"300 characters of thought",
	);
});

test("Enter and Escape of an input method neither save, nor close, nor discard", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Cat");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const composed = (field: Locator, key: string) =>
		field.evaluate((element, key) => {
			const init = { key, bubbles: true, cancelable: true, isComposing: true };
			element.dispatchEvent(new KeyboardEvent("keydown", init));
			// Safari tells the key after the composition, with the code of an input method.
			const late = new KeyboardEvent("keydown", { ...init, isComposing: false });
			Object.defineProperty(late, "keyCode", { value: 229 });
			element.dispatchEvent(late);
		}, key);
	const stays = async (field: Locator, text: string) => {
		await field.fill(text);
		for (const key of ["Enter", "Escape"]) await composed(field, key);
		await expect(field).toHaveValue(text);
		await expect(field).toBeFocused();
	};
	await new Board(page).link("Cat").focus();
	await page.keyboard.press("e");
	await stays(page.getByRole("textbox", { name: /^Title of/ }), "ねこ");
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Add a task to Doing" }).click();
	await stays(page.getByRole("textbox", { name: "Add a task to Doing" }), "いぬ");
	await page.keyboard.press("Escape");
	await new Board(page).link("Cat").click();
	await stays(page.getByRole("textbox", { name: "Title" }), "とり");
	await page.getByRole("button", { name: "Add a description…" }).click();
	await stays(page.getByRole("textbox", { name: "Description" }), "うま");
	await stays(page.getByRole("textbox", { name: "Add an item" }), "さる");
	expect((await titles(people.bob, project))["Doing"]).toEqual([]);
});

test("a form with something typed in it asks before it closes", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await page.getByRole("button", { name: "Add column" }).click();
	await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Review");
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toContainText("Discard what you typed?");
	await page.getByRole("button", { name: "Go on" }).click();
	await expect(page.getByRole("dialog").getByRole("textbox", { name: "Name" })).toHaveValue("Review");
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Discard" }).click();
	await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the labels' dialog asks before a half-typed label is lost, and not once it was added", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Marked");
	const page = await world.open(people.alice, `/p/${project.key}/board`);
	await new Board(page).link("Marked").focus();
	await page.keyboard.press("l");
	await page.getByRole("button", { name: "Manage labels" }).click();
	const labels = page.getByRole("dialog", { name: "Labels" });
	const fresh = labels.getByRole("textbox", { name: "New label" });
	await fresh.fill("Half a lab");
	await page.keyboard.press("Escape");
	await expect(labels).toContainText("Discard what you typed?");
	await labels.getByRole("button", { name: "Go on" }).click();
	await expect(fresh).toHaveValue("Half a lab");
	await fresh.press("Enter");
	await expect(fresh).toHaveValue("");
	await page.keyboard.press("Escape");
	await expect(labels).toHaveCount(0);
});

test("a half-typed address of an invitation is asked about", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.alice, `/p/${project.key}/members`);
	await page.getByRole("button", { name: "Invite" }).first().click();
	const dialog = page.getByRole("dialog");
	const address = dialog.getByRole("textbox", { name: "For whom" });
	await expect(address).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(dialog).toHaveCount(0);
	await page.getByRole("button", { name: "Invite" }).first().click();
	await address.fill("charlie@exa");
	await page.keyboard.press("Escape");
	await expect(dialog).toContainText("Discard what you typed?");
	await dialog.getByRole("button", { name: "Go on" }).click();
	await expect(address).toHaveValue("charlie@exa");
	await page.keyboard.press("Escape");
	await dialog.getByRole("button", { name: "Discard" }).click();
	await expect(dialog).toHaveCount(0);
});

test("an estimate that is none is told of when its dialog closes", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Big");
	const page = await world.open(people.alice, `/p/${project.key}/board/1`);
	const estimate = page.getByRole("dialog").getByLabel("Estimate", { exact: true });
	await estimate.fill("a week");
	await estimate.press("Tab");
	await expect(estimate).toHaveAttribute("aria-invalid", "true");
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toHaveCount(0);
	await expect(page.getByText("The estimate “a week” was not saved")).toBeVisible();
});

test("a column's name that two people change is shown as yours and theirs", async ({ world, people }) => {
	const { alice, bob } = people;
	world.expectTrouble(/status of 412/);
	const project = await makeProject(people);
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.column("Doing").getByRole("button", { name: "Actions for the column Doing" }).click();
	await page.getByRole("menuitem", { name: "Rename and limit…" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("textbox", { name: "Name" }).fill("Bob's column");
	await alice.api.patch(`/projects/${project.id}/columns/${project.columns["Doing"]}`, {
		name: "Alice's column",
	});
	await expect(board.column("Alice's column")).toHaveCount(1);
	await dialog.getByRole("button", { name: "Save" }).click();
	await expect(dialog).toContainText("Alice changed this to “Alice's column”");
	await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("Bob's column");
	await dialog.getByRole("button", { name: "Save" }).click();
	await expect(board.column("Bob's column")).toHaveCount(1);
});
