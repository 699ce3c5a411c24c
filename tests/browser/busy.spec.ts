// A browser's own EventSource closes for good on any answer but 200: overload has to look like something else.
import type { Page } from "@playwright/test";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

/** What an EventSource of the page has seen so far. */
interface Seen {
	numbers: number[];
	hellos: number;
	byes: string[];
	state: number;
}

declare global {
	interface Window {
		source: EventSource;
		seen: Seen;
	}
}

async function listen(page: Page, path: string): Promise<void> {
	await page.evaluate((path) => {
		const source = new EventSource(path);
		const seen: Seen = { numbers: [], hellos: 0, byes: [], state: 0 };
		source.addEventListener("hello", () => {
			seen.hellos += 1;
		});
		source.addEventListener("bye", (event) => seen.byes.push(JSON.parse(event.data).reason));
		source.addEventListener("task.created", (event) => seen.numbers.push(JSON.parse(event.data).seq));
		Object.assign(window, { source, seen });
	}, path);
}

const seen = (page: Page): Promise<Seen> =>
	page.evaluate(() => ({ ...window.seen, state: window.source.readyState }));

test("an EventSource survives an overloaded server and gets exactly what it missed", async ({ world }) => {
	test.setTimeout(120_000);
	world.expectTrouble(/ERR_CONNECTION|ERR_SOCKET|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE/);
	// A page without a head has the browser look for an icon.
	world.expectTrouble(/favicon/);
	const { server, people } = await world.limited();
	const { alice, bob } = people;
	const project = await makeProject(people);
	const wire = await world.relay(server);
	const path = `/api/v1/projects/${project.id}/events`;
	const page = await world.open(bob, "/livez", { through: wire, bypassCSP: true });
	await listen(page, path);
	await expect.poll(async () => (await seen(page)).hellos).toBe(1);

	await makeTask(alice, project, "Before");
	await expect.poll(async () => (await seen(page)).numbers.length).toBe(1);
	const { numbers } = await seen(page);
	const first = numbers[0] ?? 0;

	// The wire breaks, and before it is mended all places of the session are taken.
	wire.cut();
	const crowd = new AbortController();
	for (let n = 0; n < 10; n++) {
		const headers = { Accept: "text/event-stream", Cookie: bob.api.cookie };
		const { status } = await fetch(server.url + path, { headers, signal: crowd.signal });
		expect(status).toBe(200);
	}
	wire.mend();
	for (const title of ["Missed", "Missed too", "And this"]) await makeTask(alice, project, title);
	await expect.poll(async () => (await seen(page)).byes, { timeout: 20_000 }).toContain("busy");
	// It is on its way back, not closed for good, and will not be here at once.
	expect((await seen(page)).state).toBe(0);
	const retry = Number(/retry: (\d+)\n\nevent: bye/.exec(wire.since(0))?.[1]);
	expect(retry).toBeGreaterThanOrEqual(5_000);
	expect(retry).toBeLessThanOrEqual(30_000);
	expect((await seen(page)).numbers).toEqual([first]);

	crowd.abort();
	await expect.poll(async () => (await seen(page)).hellos, { timeout: 65_000 }).toBe(2);
	await makeTask(alice, project, "After");
	await expect.poll(async () => (await seen(page)).numbers.length, { timeout: 10_000 }).toBe(5);
	expect((await seen(page)).numbers).toEqual([0, 1, 2, 3, 4].map((n) => first + n));
	expect((await seen(page)).state).toBe(1);
});
