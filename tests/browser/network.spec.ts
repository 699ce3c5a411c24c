// The network goes and comes back: the page says so, loses nothing, and catches up by itself.
import type { Page } from "@playwright/test";
import { Board } from "./support/board";
import { makeProject, makeTask, titles } from "./support/projects";
import { expect, test } from "./support/test";
import { idlePartsLoaded, loaded } from "./support/timing";

const pill = (page: Page) => page.locator(".pill");

test("offline, edits are kept and said to wait; online again, they are sent and missed ones appear", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	world.expectTrouble(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/);
	const project = await makeProject(people);
	await makeTask(alice, project, "Here before");
	const browser = await world.browser(bob);
	const page = await browser.newPage();
	await page.goto(`/p/${project.key}/board`);
	const board = new Board(page);
	await expect(board.card("Here before")).toBeVisible();
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await idlePartsLoaded(page);
	await loaded(page, "edits");

	await browser.setOffline(true);
	await expect(pill(page)).toContainText("Offline");
	await board.add("Doing", "Made in a tunnel");
	await board.drag("Here before", board.column("Done").locator(".column-cards"), "middle");
	await expect(pill(page)).toContainText(/Offline, \d changes? waiting/);
	await expect(board.column("Doing").locator(".card[data-pending]")).toHaveText(/Made in a tunnel/);
	await expect(board.column("Done").locator(".card[data-pending]")).toHaveText(/Here before/);
	await makeTask(alice, project, "Made outside meanwhile");
	expect((await titles(alice, project))["Doing"], "nothing was sent yet").toEqual([]);

	await browser.setOffline(false);
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await expect(pill(page)).not.toContainText("waiting");
	await expect(board.card("Made outside meanwhile")).toBeVisible();
	await board.agrees(alice, project);
	expect(await titles(alice, project)).toEqual({
		"To do": ["Made outside meanwhile"],
		Doing: ["Made in a tunnel"],
		Done: ["Here before"],
	});
});

test("when the server dies and comes back, the page reconnects and sends what was done meanwhile", async ({
	world,
}) => {
	world.expectTrouble(/ERR_CONNECTION|ERR_SOCKET|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE/);
	const { server, people } = await world.another();
	const { alice, bob } = people;
	const project = await makeProject(people);
	for (const title of ["One", "Two", "Three"]) await makeTask(alice, project, title);
	const page = await world.open(bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await expect(board.card("Three")).toBeVisible();
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await idlePartsLoaded(page);

	await server.kill();
	await expect(pill(page)).toContainText("Reconnecting");
	await expect(pill(page).getByRole("button", { name: "Retry now" })).toBeVisible();
	await board.drag("One", board.card("Three"), "bottom");
	await board.add("To do", "Four");
	await expect(pill(page)).toContainText(/changes? waiting/);
	await expect(page.locator(".card[data-pending]")).toHaveCount(2);
	expect((await board.titles())["To do"]).toEqual(["Two", "Three", "One", "Four"]);

	await server.restart();
	await makeTask(alice, project, "Five", { column_id: project.columns["Doing"] });
	// Whoever does not want to wait for its next try need not; unless it has just made it.
	const retry = pill(page).getByRole("button", { name: "Retry now" });
	await retry.click({ timeout: 2000 }).catch(() => undefined);
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await expect(board.card("Five")).toBeVisible();
	await board.agrees(alice, project);
	expect(await titles(alice, project)).toEqual({
		"To do": ["Two", "Three", "One", "Four"],
		Doing: ["Five"],
		Done: [],
	});
});

test("after a cut the stream goes on by itself where it stopped, and brings exactly what was missed", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	world.expectTrouble(/ERR_CONNECTION|ERR_SOCKET|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE/);
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Once");
	const wire = await world.relay();
	const page = await world.open(bob, `/p/${project.key}/board`, { through: wire });
	const board = new Board(page);
	await expect(board.card("Once")).toBeVisible();
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await alice.api.patch(`/projects/${project.id}/tasks/${task.id}`, { title: "Twice" });
	await expect(board.card("Twice")).toBeVisible();
	const read: string[] = [];
	page.on("request", (request) => read.push(new URL(request.url()).pathname));

	wire.cut();
	await expect(pill(page)).toContainText("Reconnecting");
	await alice.api.patch(`/projects/${project.id}/tasks/${task.id}`, { title: "Three times" });
	await alice.api.put(`/projects/${project.id}/tasks/${task.id}/position`, {
		column_id: project.columns["Done"],
		after: null,
	});
	const missed = ["Missed one", "Missed two", "Missed three"];
	for (const title of missed) await makeTask(alice, project, title);
	wire.mend();

	await expect(pill(page)).toHaveAttribute("data-state", "live", { timeout: 20_000 });
	await expect(board.column("Done").locator(".card")).toHaveText(/Three times/);
	await board.agrees(alice, project);
	expect(wire.requests.at(-1)).toMatch(/last-event-id: \S/i);
	expect(
		read.filter((path) => path.endsWith(`${project.id}/board`)),
		"the board was read again",
	).toEqual([]);
});
