// All tabs of a browser share one stream, and outlive whichever of them holds it.
import type { BrowserContext, Page } from "@playwright/test";
import { Board } from "./support/board";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

test("two tabs share one connection", async ({ world, people }) => {
	const project = await makeProject(people);
	const wire = await world.relay();
	const browser = await world.browser(people.bob, { through: wire });
	const tabs = [await live(browser, project.key), await live(browser, project.key)];

	await makeTask(people.alice, project, "Seen by both");
	for (const tab of tabs) await expect(new Board(tab).card("Seen by both")).toBeVisible();
	expect(wire.streams).toBe(1);
	expect(wire.most).toBe(1);
	expect(wire.requests).toHaveLength(1);
});

test("when the tab that holds the connection closes, another goes on and misses nothing", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	const wire = await world.relay();
	const browser = await world.browser(bob, { through: wire });
	let leader = await live(browser, project.key);
	let follower = await live(browser, project.key);
	// A column each, so that all cards are in sight.
	for (const round of ["To do", "Doing", "Done"]) {
		const column_id = project.columns[round];
		const snapshots = countSnapshots(follower);
		const before = wire.requests.length;
		// Before, at, and after the very moment, without anybody waiting for anybody.
		await Promise.all([
			...["before", "at", "after"].map((word) =>
				makeTask(alice, project, `${round}: ${word}`, { column_id }),
			),
			makeTask(alice, project, `${round}: for Bob`, { column_id, assignee_ids: [bob.id] }),
			leader.close(),
		]);
		const last = await makeTask(alice, project, `${round}: the last one`, { column_id });

		const board = new Board(follower);
		await expect(board.card(last.title)).toBeVisible();
		await board.agrees(alice, project);
		await expect(follower.locator(".toast").filter({ hasText: "assigned" })).toHaveCount(1);
		await expect.poll(() => wire.streams).toBe(1);
		expect(wire.requests).toHaveLength(before + 1);
		// It went on from where the other stopped, instead of reading everything again.
		expect(wire.requests.at(-1)).toMatch(/last-event-id: \S/i);
		expect(snapshots()).toBe(0);

		await follower.locator(".toast").getByRole("button", { name: "Dismiss" }).click();
		leader = follower;
		follower = await live(browser, project.key);
	}
});

async function live(browser: BrowserContext, key: string): Promise<Page> {
	const page = await browser.newPage();
	// What is unread when a page reads its inbox for the first time is no news to it.
	const inbox = page.waitForResponse(/\/api\/v1\/me\/notifications\?/);
	await page.goto(`/p/${key}/board`);
	await expect(page.getByRole("region", { name: "Column To do" })).toBeVisible();
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	await (await inbox).finished();
	return page;
}

/** How often a page reads the whole board from now on. */
function countSnapshots(page: Page): () => number {
	let count = 0;
	page.on("request", (request) => {
		if (request.url().endsWith("/board") && request.url().includes("/api/")) count += 1;
	});
	return () => count;
}

test("eight tabs over plain HTTP share one connection too", async ({ world }) => {
	world.expectTrouble(/Cross-Origin-Opener-Policy/);
	// Browsers have six connections for a host of HTTP/1.1; without locks each tab would hold one for itself.
	const server = await world.inNetwork("board.lan");
	const browser = await world.browser(null);
	const origin = `http://board.lan:${server.port}`;
	const first = await browser.newPage();
	await first.goto(origin);
	expect(await first.evaluate(() => [isSecureContext, "locks" in navigator])).toEqual([false, false]);
	const ask = (path: string, body: object) =>
		first.evaluate(
			async ([path, body]) => {
				const headers = { "Content-Type": "application/json" };
				const answer = await fetch(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
				return { status: answer.status, ...(await answer.json()) };
			},
			[path, body] as const,
		);
	const person = { email: "alice@example.com", name: "Alice", password: "violet-harbour-9" };
	expect((await ask("/users", person)).status).toBe(201);
	const project = await ask("/projects", { name: "Launch", template: "empty" });
	const column = await ask(`/projects/${project.id}/columns`, { name: "To do" });
	const tabs: Page[] = [];
	for (let count = 0; count < 8; count++) {
		const page = await browser.newPage();
		await page.goto(`${origin}/p/${project.key}/board`);
		await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
		tabs.push(page);
	}
	await ask(`/projects/${project.id}/tasks`, { title: "Seen by all", column_id: column.id });
	for (const tab of tabs) await expect(new Board(tab).card("Seen by all")).toBeVisible();
	// The tab that leads closes: another one goes on.
	await tabs.shift()?.close();
	await ask(`/projects/${project.id}/tasks`, { title: "And this one", column_id: column.id });
	for (const tab of tabs) await expect(new Board(tab).card("And this one")).toBeVisible({ timeout: 15_000 });
});
