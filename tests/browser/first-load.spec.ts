// What a cold board costs: few requests, none twice, and those for its data at once.
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";
import { figure, idlePartsLoaded, markPainted } from "./support/timing";

test("a board asks for session, projects and tasks at once, each once", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Seen soon");
	const page = await (await world.browser(people.bob)).newPage();
	const cold = async () => {
		await page.goto(`/p/${project.key}/board`);
		await expect(page.locator(".card")).toHaveCount(1);
		await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
		await idlePartsLoaded(page);
		await page.waitForTimeout(1000);
		return page.evaluate(() => {
			const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
			return entries.map(({ name, startTime, responseEnd }) => ({
				path: name.replace(location.origin, "").replace(/\?.*/, ""),
				startTime,
				responseEnd,
			}));
		});
	};
	await cold();
	const requests = await cold();
	const of = (pattern: RegExp) => requests.filter(({ path }) => pattern.test(path));
	for (const path of [/\/session$/, /\/v1\/projects$/, /\/board$/, /\/me\/notifications$/]) {
		expect(of(path), String(path)).toHaveLength(1);
	}
	const [session, list, board] = [/\/session$/, /\/v1\/projects$/, /\/board$/].flatMap(of);
	expect(list?.startTime).toBeLessThan(session?.responseEnd ?? 0);
	expect(board?.startTime).toBeLessThan(session?.responseEnd ?? 0);
	// What may be opened later waits until the board is there.
	expect(of(/\/soon-/)[0]?.startTime).toBeGreaterThan(board?.responseEnd ?? Number.POSITIVE_INFINITY);
});

test("the few files that the page names are all that a first board needs", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Seen soon");
	const page = await world.open(people.bob, "/");
	let board = () => {};
	const boardIsThere = new Promise<void>((resolve) => {
		board = resolve;
	});
	const html = await page.evaluate(
		async (path) => (await fetch(path, { headers: { Accept: "text/html" } })).text(),
		`/p/${project.key}/board`,
	);
	const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
	figure(`${named.length} files before the board: ${named.join(" ")}`);
	expect(named.length).toBeGreaterThan(0);
	expect(named.length).toBeLessThanOrEqual(6);
	// Every other file comes only when the board stands.
	await page.route(/\/assets\//, async (route) => {
		if (!named.includes(new URL(route.request().url()).pathname)) await boardIsThere;
		await route.continue();
	});
	await page.goto(`/p/${project.key}/board`);
	await expect(page.locator(".card")).toHaveCount(1);
	board();
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
});

test("a board is asked for by the page itself, and not by the script that waits for the answer", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Seen soon");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await expect(page.locator(".card")).toHaveCount(1);
	// The script does not come before the board is asked for: who waits for it waits for ever.
	const asked = page.waitForRequest((request) => request.url().endsWith(`/projects/${project.id}/board`));
	const held: string[] = [];
	await page.route(/\/assets\/first-[^/]+\.js$/, async (route) => {
		held.push(route.request().url());
		await asked;
		await route.continue();
	});
	await page.reload();
	await expect(page.locator(".card")).toHaveCount(1);
	expect(held).not.toEqual([]);
});

test("a first visit without a note of the session asks nothing ahead", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(null, `/p/${project.key}/board`);
	await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
	const asked = await page.evaluate(() =>
		performance
			.getEntriesByType("resource")
			.map(({ name }) => name)
			.filter((name) => /projects/.test(name)),
	);
	expect(asked).toEqual([]);
});

test("1,000 tasks: the first card is there soon", async ({ world, people }) => {
	test.setTimeout(90_000);
	const project = await makeProject(people);
	const numbers = Array.from({ length: 1000 }, (_, index) => index);
	for (let at = 0; at < numbers.length; at += 8) {
		await Promise.all(
			numbers.slice(at, at + 8).map((number) =>
				makeTask(people.alice, project, `Task ${number}`, {
					column_id: project.columns[["To do", "Doing", "Done"][number % 3] ?? ""],
				}),
			),
		);
	}
	const page = await (await world.browser(people.bob)).newPage();
	await markPainted(page);
	const looks: number[] = [];
	for (const _ of [1, 2, 3, 4]) {
		await page.goto("about:blank");
		await page.goto(`/p/${project.key}/board`);
		await page.waitForFunction(() => performance.getEntriesByName("painted").length > 0);
		looks.push(
			await page.evaluate(() => performance.getEntriesByName("painted")[0]?.startTime ?? Number.NaN),
		);
	}
	const [, ...warm] = looks;
	const median = warm.sort((a, b) => a - b)[1] ?? Number.NaN;
	figure(`first card of 1,000 tasks after ${Math.round(median)} ms (target 600)`);
	// A debug build on a busy machine: the release build is measured by `benches/page`.
	expect(median).toBeLessThan(2500);
});
