// What the eye meets: colours that tell people and columns apart, cards without empty lines, a sheet in order on a phone.
import type { Locator } from "@playwright/test";
import { Board, boxOf } from "./support/board";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

const background = (of: Locator) => of.evaluate((element) => getComputedStyle(element).backgroundColor);

test("no two people of a team have the same colour, and it is the same on every page", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const everybody = [people.alice.id, people.bob.id, people.charlie.id];
	await makeTask(people.alice, project, "Together", { assignee_ids: everybody });
	const seen = async (person: typeof people.alice) => {
		const page = await world.open(person, `/p/${project.key}/board`);
		const faces = page.locator(".card-people .avatar");
		await expect(faces).toHaveCount(3);
		return Promise.all([0, 1, 2].map((index) => background(faces.nth(index))));
	};
	const hers = await seen(people.alice);
	expect(new Set(hers).size).toBe(3);
	expect(await seen(people.bob)).toEqual(hers);
});

test("a column has the same colour on the board and on the timeline", async ({ world, people }) => {
	const columns = [{ name: "To do" }, { name: "Doing" }, { name: "Testing" }];
	const project = await makeProject(people, { columns });
	for (const { name } of columns) {
		const dates = { start_on: day(0), due_on: day(6) };
		await makeTask(people.alice, project, `In ${name}`, { column_id: project.columns[name], ...dates });
	}
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".column-kind")).toHaveCount(3);
	const hues = (of: Locator) =>
		of.evaluateAll((all) =>
			all.map((one) => [one.getAttribute("data-colour"), getComputedStyle(one).getPropertyValue("--hue")]),
		);
	const board = await hues(page.locator(".column-kind"));
	expect(new Set(board.map(String)).size).toBe(3);
	await page.getByRole("link", { name: "Timeline" }).click();
	await expect(page.locator("[data-bar]")).toHaveCount(3);
	expect((await hues(page.locator("[data-bar]"))).sort()).toEqual(board.sort());
});

test("a card with nothing but a face has no line of its own for it", async ({ world, people }) => {
	const project = await makeProject(people);
	const assignee_ids = [people.bob.id];
	await makeTask(people.alice, project, "Bare", { assignee_ids });
	await makeTask(people.alice, project, "Nobody's");
	await makeTask(people.alice, project, "Dated", { assignee_ids, due_on: day(3) });
	const board = new Board(await world.open(people.bob, `/p/${project.key}/board`));
	await expect(board.card("Bare").locator(".card-head .avatar")).toBeVisible();
	await expect(board.card("Dated").locator(".card-foot .avatar")).toBeVisible();
	const height = async (title: string) => (await boxOf(board.card(title))).height;
	expect(await height("Bare")).toBe(await height("Nobody's"));
	// The face does not lie under the menu.
	await board.card("Bare").hover();
	const room = async () => {
		const face = await boxOf(board.card("Bare").locator(".avatar"));
		const menu = await boxOf(board.card("Bare").locator(".card-menu"));
		return menu.x - face.x - face.width;
	};
	await expect.poll(room).toBeGreaterThan(-5);
});

test("on a phone the properties stand above the checklist, in one size", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Pack", { assignee_ids: [people.bob.id] });
	await people.alice.api.post(`/projects/${project.id}/tasks/${task.id}/checklist`, { text: "Tent" });
	const page = await world.open(people.bob, `/p/${project.key}/board/1`, {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
	});
	const dialog = page.getByRole("dialog", { name: `${project.key}-1 Pack` });
	const side = dialog.getByRole("complementary", { name: "Properties" });
	const list = dialog.getByRole("region", { name: "Checklist" });
	await expect(list.getByText("Tent")).toBeAttached();
	await expect(dialog.locator(".skeleton")).toHaveCount(0);
	const [properties, checklist] = [await boxOf(side), await boxOf(list)];
	expect(properties.y + properties.height).toBeLessThanOrEqual(checklist.y);
	await expect(dialog.getByLabel("Position")).toHaveCount(0);
	const texts = side.locator(".prop-label, .field-label, .input, .prop-content");
	const sizes = await texts.evaluateAll((all) => all.map((one) => getComputedStyle(one).fontSize));
	expect(new Set(sizes)).toEqual(new Set(["16px"]));
	const lefts = await side
		.locator(".prop-label, .field-label")
		.evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().left)));
	expect(new Set(lefts).size).toBe(1);
});

test("a menu stays in the window, wherever the press was", async ({ world, people }) => {
	const project = await makeProject(people);
	for (let number = 1; number <= 9; number++) await makeTask(people.alice, project, `Task ${number}`);
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const cards = page.locator(".card");
	await expect(cards).toHaveCount(9);
	for (const at of [0, 1, 2, 3, 4, 5, 6].flatMap((index) => [8, 30, 50].map((y) => ({ index, y })))) {
		await cards.nth(at.index).click({ button: "right", position: { x: 40, y: at.y } });
		const menu = page.getByRole("menu");
		await expect(menu).toBeVisible();
		const { y, height } = await boxOf(menu);
		expect(y).toBeGreaterThanOrEqual(0);
		expect(y + height).toBeLessThanOrEqual(800);
		await page.keyboard.press("Escape");
		await expect(menu).toHaveCount(0);
	}
});

test("the name of a month is never cut: what is not in sight of it takes its year, and then all of it", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Long", { start_on: day(-40), due_on: day(60) });
	const page = await world.open(people.bob, `/p/${project.key}/timeline`);
	const names = page.locator(".tl-tier-upper .tl-tick > span");
	const scroller = page.locator(".tl-scroll");
	await expect(names.filter({ hasText: /\d{4}/ }).first()).toBeVisible();
	/** Scrolls so that so many pixels are left in sight of the month that began before. */
	const leave = async (room: number) => {
		const gutter = (await boxOf(page.locator(".tl-corner"))).width;
		await scroller.evaluate(
			(element, { room, gutter }) => {
				const left = element.getBoundingClientRect().left + gutter;
				const next = [...element.querySelectorAll(".tl-tier-upper .tl-tick")].find(
					(tick) => tick.getBoundingClientRect().left > left + 100,
				);
				element.scrollLeft += (next?.getBoundingClientRect().left ?? 0) - left - room;
			},
			{ room, gutter },
		);
	};
	const first = () =>
		names.evaluateAll((all) => {
			const left = document.querySelector(".tl-corner")?.getBoundingClientRect().right ?? 0;
			const tick = all.find((one) => (one.parentElement?.getBoundingClientRect().right ?? 0) > left + 1);
			const end = tick?.parentElement?.getBoundingClientRect().right ?? 0;
			const range = document.createRange();
			if (tick) range.selectNodeContents(tick);
			return { text: tick?.textContent ?? "", isCut: range.getBoundingClientRect().right > end };
		});
	for (const [room, wanted] of [
		[200, /^\p{L}+ \d{4}$/u],
		[60, /^\p{L}{3,4}$/u],
		[14, /^$/],
	] as const) {
		await leave(room);
		await expect.poll(async () => (await first()).text).toMatch(wanted);
		expect((await first()).isCut).toBe(false);
	}
});

test("a week's tasks have two lines for their names", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Invite all the papers", {
		due_on: day(0),
		assignee_ids: [people.alice.id, people.bob.id],
	});
	const page = await world.open(people.bob, `/p/${project.key}/calendar?mode=week`);
	const name = page.locator(".cal-task .cal-name");
	await expect(name).toBeVisible();
	const lines = () =>
		name.evaluate(
			(element) => element.clientHeight / Number.parseFloat(getComputedStyle(element).lineHeight),
		);
	await expect.poll(lines).toBeCloseTo(2, 0);
});
