// The API's documentation, as the server shows it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { axe, axeFindsNothing } from "./support/axe";
import { expect, test } from "./support/test";

interface Document {
	paths: Record<string, Record<string, { tags: string[]; operationId: string }>>;
}
const document: Document = JSON.parse(readFileSync(resolve(__dirname, "../../web/openapi.json"), "utf8"));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, { tags, operationId }]) => ({
		method: method.toUpperCase(),
		path,
		noun: tags[0] ?? "",
		operationId,
	})),
);

test("every operation of the document has its place, with all that links lead to", async ({ world }) => {
	const { url } = world.server;
	const pages = new Map<string, string>();
	const read = async (path: string) => {
		const known = pages.get(path);
		if (known !== undefined) return known;
		const answer = await fetch(`${url}${path}`, { headers: { Accept: "text/html" } });
		expect(answer.status, path).toBe(200);
		expect(answer.headers.get("content-type"), path).toMatch(/^text\/html/);
		expect(answer.headers.get("content-security-policy"), path).toContain("default-src 'none'");
		const text = await answer.text();
		pages.set(path, text);
		return text;
	};
	for (const { method, path, noun, operationId } of operations) {
		const text = await read(`/docs/api/${noun}`);
		const section = text.slice(text.indexOf(`id="${operationId}"`));
		expect(section.slice(0, 900), operationId).toContain(`>${method}</span> <code>${path}</code>`);
	}
	const overview = await read("/docs/api");
	for (const { noun, operationId } of operations)
		expect(overview).toContain(`href="/docs/api/${noun}#${operationId}"`);
	// Links within the documentation lead to a page, and to something on it.
	const links = () => [...pages.values()].flatMap((text) => text.match(/href="\/docs\/[^"]+"/g) ?? []);
	for (let found = 0; found !== links().length; ) {
		found = links().length;
		for (const link of new Set(links())) {
			const [path = "", id] = link.slice(6, -1).split("#");
			const text = await read(path);
			if (id) expect(text, link).toContain(`id="${id}"`);
		}
	}
	for (const [path, text] of pages) {
		for (const [, from] of text.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"/g))
			expect(from, `${path} loads from here`).toMatch(/^\/(assets\/docs-|favicon\.svg)/);
	}
	// What is no page is no view of the app either.
	for (const path of ["/docs", "/docs/api/nothing", "/docs/api/tasks/more", "/docs/../api.html"])
		expect((await fetch(`${url}${path}`, { headers: { Accept: "text/html" } })).status, path).toBe(404);
});

test("a reader finds an operation, copies its command, and reads what it holds", async ({ world }) => {
	const browser = await world.browser(null, { permissions: ["clipboard-read", "clipboard-write"] });
	const page = await browser.newPage();
	await page.goto("/docs/api");
	await page.getByLabel("Find an operation").fill("create task");
	await expect(page.getByRole("status")).toHaveText(/\d+ of them/);
	await page.getByRole("link", { name: /^Create a task POST/ }).click();
	await expect(page).toHaveURL(/\/docs\/api\/tasks#tasks_create$/);
	const section = page.getByRole("region", { name: "Create a task", exact: true });
	await expect(section).toContainText("column_id");
	await section.locator(".code").first().hover();
	await section.getByRole("button", { name: "Copy" }).first().click();
	await expect(section.getByRole("button", { name: "Copied" })).toBeVisible();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	expect(copied).toMatch(/^curl "\$BOARDCAST_URL\/api\/v1\/projects\/\$PROJECT\/tasks"[\s\S]+"title"/);
	await section.getByRole("link", { name: "NewTask" }).click();
	await expect(page).toHaveURL(/\/docs\/api\/schemas#NewTask$/);
	await page.getByLabel("Documentation").getByRole("link", { name: "Python" }).click();
	await expect(page.getByRole("heading", { level: 1 })).toHaveText("Boardcast from Python");
	await page.getByLabel("Documentation").getByRole("link", { name: "Overview" }).click();
	await page.getByLabel("Find an operation").fill("xylophone");
	await expect(page.getByRole("status")).toHaveText("0 of them");
});

test("the keyboard reaches the content and the contents", async ({ world }) => {
	const page = await world.open(null, "/docs/api/tasks");
	await page.keyboard.press("Tab");
	await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
	await page.keyboard.press("Enter");
	await expect(page.locator("main")).toBeFocused();
	await page.setViewportSize({ width: 390, height: 844 });
	const contents = page.getByText("Contents", { exact: true });
	await expect(page.getByLabel("Documentation").getByRole("link", { name: "Labels" })).toBeHidden();
	await contents.focus();
	await page.keyboard.press("Enter");
	await page.getByLabel("Documentation").getByRole("link", { name: "Labels" }).press("Enter");
	await expect(page.getByRole("heading", { level: 1 })).toHaveText("Labels");
});

test("who makes tokens is led to it", async ({ world, people }) => {
	const page = await world.open(people.bob, "/account/tokens");
	await page.getByRole("link", { name: "How programs use it" }).click();
	await expect(page.getByRole("heading", { level: 1 })).toHaveText("The API of Boardcast");
	await page.goBack();
	await expect(page.getByRole("heading", { name: "API tokens" })).toBeVisible();
});

test("the theme that was chosen on the page holds here too", async ({ world }) => {
	const page = await world.open(null, "/docs/api");
	const background = () =>
		page.evaluate(() => getComputedStyle(window.document.documentElement).backgroundColor);
	const light = await background();
	await page.evaluate(() => localStorage.setItem("boardcast.theme", "dark"));
	await page.reload();
	expect(await background()).not.toBe(light);
});

for (const path of ["/labels", "/go", "/changelog"]) {
	test(`axe finds nothing on /docs/api${path}`, async ({ world }) => {
		test.slow();
		const page = await world.open(null, `/docs/api${path}`);
		await axeFindsNothing(page, () => page.goto(`/docs/api${path}`).then(() => {}));
	});
}

// They are long, and made of what the others are made of.
test("axe finds nothing on the overview, and nothing on the first of the schemas", async ({ world }) => {
	test.slow();
	const page = await world.open(null, "/docs/api");
	expect((await axe(page)).violations).toEqual([]);
	await page.goto("/docs/api/schemas");
	expect((await axe(page, { within: ".schema:nth-child(-n + 20)" })).violations).toEqual([]);
});
