// A place is named by both its neighbours: when one of them has just gone, the other one is enough.
import { Board, point } from "./support/board";
import { makeProject, makeTask, titles } from "./support/projects";
import { expect, test } from "./support/test";

test("a card that is dropped below one that has just left lands where it was dropped", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const made: { id: string }[] = [];
	for (const title of ["Apples", "Bread", "Cheese", "Dates"])
		made.push(await makeTask(people.alice, project, title));
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await expect(board.card("Dates")).toBeVisible();
	// Bob's page does not hear of it before the drop: the request meets it on the server.
	await page.context().route(/\/position$/, async (route) => {
		const away = { column_id: project.columns["Doing"], after: null };
		await people.alice.api.put(`/projects/${project.id}/tasks/${made[1]?.id}/position`, away);
		await route.continue();
	});
	await board.drag("Dates", board.card("Bread"), "bottom");
	await expect(board.column("Doing").locator(".card")).toHaveText(/Bread/);
	await board.agrees(people.bob, project);
	expect(await titles(people.bob, project)).toEqual({
		"To do": ["Apples", "Dates", "Cheese"],
		Doing: ["Bread"],
		Done: [],
	});
	await expect(page.locator(".toast-danger")).toHaveCount(0);
});

test("a column that is moved beside one that has just been deleted stays beside the other one", async ({
	world,
	people,
}) => {
	const columns = ["A", "B", "C", "D"].map((name) => ({ name }));
	const project = await makeProject(people, { columns });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await expect(board.column("D")).toBeVisible();
	await page.context().route(/\/position$/, async (route) => {
		await people.alice.api.delete(`/projects/${project.id}/columns/${project.columns["A"]}`);
		await route.continue();
	});
	const head = board.column("D").locator(".column-head h2");
	const from = await point(head, "middle");
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	const to = await board.column("B").boundingBox();
	if (!to) throw new Error("no column");
	await page.mouse.move(to.x + 20, from.y, { steps: 8 });
	await page.mouse.move(to.x + 10, from.y, { steps: 3 });
	await expect(board.column("B")).toHaveAttribute("data-side", "left");
	await page.mouse.up();
	await expect(page.locator(".column h2")).toHaveText(["D", "B", "C"]);
	await expect.poll(async () => Object.keys(await titles(people.bob, project)).length).toBe(3);
	await expect(page.locator(".toast-danger")).toHaveCount(0);
});
