// The page in the hands of anybody: at midnight, after sleep, after an upgrade, in any script and with any browser's settings.
import type { Page } from "@playwright/test";
import { Api } from "./support/api";
import { Board } from "./support/board";
import { type Person, password } from "./support/people";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("a board that is left open knows at midnight that it is tomorrow", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Water the plants", { due_on: day(0) });
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	await page.clock.install();
	await page.goto(`/p/${project.key}/board`);
	const due = new Board(page).card("Water the plants").locator(".due");
	await expect(due).toHaveAttribute("data-state", "today");
	await page.clock.fastForward("24:00:00");
	await expect(due).toHaveAttribute("data-state", "overdue");
});

test("a machine that wakes asks for a new stream at once when the old one is silent", async ({
	world,
	people,
}) => {
	world.expectTrouble(/ERR_/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Before");
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	await page.clock.install();
	await page.goto(`/p/${project.key}/board`);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	const streams: string[] = [];
	page.on("request", (request) => {
		if (request.url().endsWith("/api/v1/events")) streams.push(request.url());
	});
	// The clock of a sleeping machine stands still for timers, and is right when it wakes.
	await page.clock.setSystemTime(Date.now() + 3_600_000);
	await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
	await expect.poll(() => streams.length, { timeout: 3000 }).toBe(1);
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	// A stream that is alive is left alone.
	await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
	await page.waitForTimeout(300);
	expect(streams).toHaveLength(1);
});

test("a field that cannot be downloaded stays in sight, with what is typed in it", async ({
	world,
	people,
}) => {
	world.expectTrouble(/404|Failed to load/);
	const project = await makeProject(people);
	const browser = await world.browser(people.bob);
	const page = await browser.newPage();
	const parts = "**/assets/soon-*.js";
	await page.route(parts, (route) => route.fulfill({ status: 404 }));
	await page.goto(`/p/${project.key}/board`);
	const column = new Board(page).column("To do");
	await column.getByRole("button", { name: "Add a task to To do" }).click();
	const field = column.getByRole("textbox", { name: "Add a task to To do" });
	await field.pressSequentially("Half a");
	await expect(column.getByRole("alert")).toContainText("This could not be loaded");
	await field.pressSequentially(" thought");
	await expect(field).toHaveValue("Half a thought");
	await page.unroute(parts);
	await page.reload();
	await column.getByRole("button", { name: /^Go on adding to To do/ }).click();
	await expect(field).toHaveValue("Half a thought");
	await field.press("Enter");
	await expect(new Board(page).card("Half a thought")).toBeVisible();
});

test("a tab that is older than the server offers to load again, and keeps what was typed", async ({
	world,
	people,
}) => {
	world.expectTrouble(/404|Failed to load/);
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await board.column("To do").getByRole("button", { name: "Add a task to To do" }).click();
	await board.column("To do").getByRole("textbox").fill("Half a thought");
	// After an upgrade the parts have other names, and the page names them.
	await page.route("**/assets/timeline-*.js", (route) => route.fulfill({ status: 404 }));
	await page.route(/\/$/, (route) =>
		route.fulfill({ contentType: "text/html", body: "<script src=/assets/new.js>" }),
	);
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page.getByText("Boardcast was updated").first()).toBeVisible();
	await page.unroute("**/assets/timeline-*.js");
	await page.unroute(/\/$/);
	await page.getByRole("button", { name: "Load again" }).click();
	await expect(page.locator(".tl-plot")).toBeVisible();
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await expect(board.column("To do").getByRole("button", { name: /Half a thought/ })).toBeVisible();
});

test("text that runs from right to left is laid out that way, and turns nothing around it", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "שלום עולם!", { description: "یک two سه four" });
	await makeTask(people.alice, project, "Left to right");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const direction = (selector: string, text: string) =>
		page
			.locator(selector)
			.filter({ hasText: text })
			.evaluate((element) => getComputedStyle(element).direction);
	const prose = ".task-description :is(.prose, .rendered)";
	await expect(page.locator(prose)).toBeVisible();
	expect(await direction(prose, "two")).toBe("rtl");
	const title = page.getByRole("textbox", { name: "Title" });
	expect(await title.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
	await page.keyboard.press("Escape");
	expect(await direction(".card-title", "שלום")).toBe("rtl");
	expect(await direction(".card-title", "Left")).toBe("ltr");
});

for (const languages of [["en-US@posix"], ["C"], []]) {
	test(`a browser whose languages are ${JSON.stringify(languages)} shows the page`, async ({
		world,
		people,
	}) => {
		const project = await makeProject(people);
		await makeTask(people.alice, project, "Dated", { due_on: "2026-01-02" });
		const browser = await world.browser(people.bob);
		const page = await browser.newPage();
		await page.addInitScript((languages) => {
			Object.defineProperty(navigator, "languages", { get: () => languages });
		}, languages);
		await page.goto(`/p/${project.key}/board`);
		await expect(new Board(page).card("Dated")).toContainText("2");
	});
}

test("a German browser gets one language, not two", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Made just now");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`, { locale: "de-DE" });
	await expect(page.locator(".task-created")).toContainText("Created by Alice · now");
});

test("shortcuts work on a layout of another script", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Заголовок");
	const page = await world.open(people.bob, `/p/${project.key}/board?q=ЗАГОЛОВОК`);
	await expect(new Board(page).card("Заголовок")).toBeVisible();
	await page.evaluate(() => {
		const init = { key: "с", code: "KeyC", bubbles: true, cancelable: true };
		document.body.dispatchEvent(new KeyboardEvent("keydown", init));
	});
	await expect(page.getByRole("textbox", { name: "Add a task to To do" })).toBeFocused();
});

/** Texts in Hebrew that the page lays out as if they were English. */
function turned(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const hebrew = /[\u0590-\u05ff]/;
		const wrong: string[] = [];
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let node = texts.nextNode(); node; node = texts.nextNode()) {
			const [text, around] = [node.nodeValue ?? "", node.parentElement];
			// In a sentence of the page the name is between marks that set it apart.
			if (!around || !hebrew.test(text.replaceAll(/\u2068[^\u2069]*\u2069/g, ""))) continue;
			if (around.closest("svg, option, [aria-hidden=true], .visually-hidden, .table-finder")) continue;
			if (getComputedStyle(around).direction !== "rtl") wrong.push(`${around.outerHTML.slice(0, 200)}`);
		}
		for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea"))
			if (hebrew.test(field.value) && getComputedStyle(field).direction !== "rtl")
				wrong.push(field.outerHTML);
		return wrong;
	});
}

test("what people write from right to left is laid out that way on every screen", async ({
	world,
	people,
}) => {
	test.setTimeout(120_000);
	const { alice, bob } = people;
	const text = "שלום עולם!";
	const project = await makeProject(people, { name: text, bob: "viewer" });
	const path = `/projects/${project.id}`;
	await alice.api.patch(path, { description: text });
	await alice.api.post(`${path}/columns`, { name: text });
	const label = await alice.api.post<{ id: string }>(`${path}/labels`, { name: text, colour: "#2c6bed" });
	const milestone = await alice.api.post<{ id: string }>(`${path}/milestones`, {
		name: text,
		due_on: day(2),
	});
	const task = await makeTask(alice, project, text, {
		description: text,
		label_ids: [label.id],
		milestone_id: milestone.id,
		assignee_ids: [bob.id, alice.id],
		start_on: day(0),
		due_on: day(1),
	});
	const other = await makeTask(alice, project, text);
	const archived = await makeTask(alice, project, text);
	await alice.api.put(`${path}/tasks/${archived.id}/archive`);
	await alice.api.put(`${path}/tasks/${task.id}/dependencies/${other.id}`);
	await alice.api.post(`${path}/tasks/${task.id}/checklist`, { text });
	await alice.api.post(`${path}/tasks/${task.id}/comments`, { body: text });
	await alice.api.post("/tokens", { name: text, scopes: ["read"] });
	const email = `${project.key.toLowerCase()}-hebrew@example.com`;
	await Api.enter(alice.api.url, "/users", { email, name: text, password });

	const screens: [Person, string, string][] = [
		[alice, `/p/${project.key}/board`, ".card"],
		[alice, `/p/${project.key}/board/1`, ".task .comment, dialog .comment"],
		[bob, `/p/${project.key}/board/1`, ".task .comment, dialog .comment"],
		[alice, `/p/${project.key}/table`, ".table-title"],
		[alice, `/p/${project.key}/timeline`, "[data-bar]"],
		[alice, `/p/${project.key}/calendar`, ".cal-bar, [data-task]"],
		[alice, `/p/${project.key}/activity`, ".activity li, main li"],
		[bob, `/p/${project.key}/settings`, ".settings-text"],
		[alice, `/p/${project.key}/settings`, "input"],
		[alice, "/", ".home-card"],
		[alice, "/my-work", "main li"],
		[alice, "/account/tokens", "main li"],
		[alice, "/admin", "main li"],
		[alice, `/search?q=${encodeURIComponent("שלום")}`, "main li"],
	];
	const pages = new Map<Person, Page>();
	const found: Record<string, string[]> = {};
	for (const [person, address, shown] of screens) {
		const page = pages.get(person) ?? (await (await world.browser(person)).newPage());
		pages.set(person, page);
		await page.goto(address);
		await expect(page.locator(shown).first(), address).toBeVisible();
		await expect(page.getByText(text).first(), address).toBeAttached();
		found[`${person.name} at ${address}`] = await turned(page);
	}
	expect(Object.entries(found).filter(([, all]) => all.length > 0)).toEqual([]);
	const page = pages.get(alice);
	if (!page) throw new Error("Alice has a page");
	await page.goto(`/p/${project.key}/board`);
	await page.getByRole("button", { name: "Archived tasks" }).click();
	await expect(page.getByRole("dialog").locator(".archive-title")).toBeVisible();
	expect(await turned(page)).toEqual([]);
	await page.goto(`/p/${project.key}/timeline`);
	await page.getByRole("button", { name: /^Not scheduled|^Without dates|unscheduled/i }).click();
	await expect(page.locator(".tl-waiting li")).toBeVisible();
	expect(await turned(page)).toEqual([]);
	await page.locator("[data-bar]").click({ button: "right" });
	await expect(page.getByRole("menu")).toBeVisible();
	expect(await turned(page)).toEqual([]);
});
