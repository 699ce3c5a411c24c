// Writing: a plain field in which Markdown is easy, whatever keyboard, and the text that comes of it.
import type { Locator, Page } from "@playwright/test";
import { Board } from "./support/board";
import type { People } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test, type World } from "./support/test";

const talk = (page: Page) => page.getByRole("region", { name: "Comments" });
const field = (page: Page) => talk(page).getByRole("textbox", { name: "Write a comment" });
const selected = (of: Locator) =>
	of.evaluate((element) => {
		const { value, selectionStart, selectionEnd } = element as HTMLTextAreaElement;
		return value.slice(selectionStart, selectionEnd);
	});

async function start(world: World, people: People): Promise<{ project: Project; page: Page }> {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Write");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	await field(page).focus();
	return { project, page };
}

async function paste(of: Locator, text: string): Promise<void> {
	await of.evaluate((element, text) => {
		const data = new DataTransfer();
		data.setData("text/plain", text);
		const init = { clipboardData: data, bubbles: true, cancelable: true };
		if (element.dispatchEvent(new ClipboardEvent("paste", init)))
			document.execCommand("insertText", false, text);
	}, text);
}

test("keys and buttons mark up what is selected, and the browser's undo takes it back", async ({
	world,
	people,
}) => {
	const { page } = await start(world, people);
	await page.keyboard.type("bold words here");
	await page.keyboard.press("Home");
	for (let step = 0; step < 4; step++) await page.keyboard.press("Shift+ArrowRight");
	await page.keyboard.press("Control+b");
	await expect(field(page)).toHaveValue("**bold** words here");
	expect(await selected(field(page))).toBe("bold");
	await page.keyboard.press("Control+z");
	await expect(field(page)).toHaveValue("bold words here");
	await page.keyboard.press("Control+Shift+z");
	await expect(field(page)).toHaveValue("**bold** words here");
	await page.keyboard.press("End");
	await page.keyboard.press("Control+Shift+ArrowLeft");
	await talk(page).getByRole("button", { name: "Italic" }).click();
	await expect(field(page)).toHaveValue("**bold** words _here_");
	await expect(field(page)).toBeFocused();
	await page.keyboard.press("Control+k");
	await expect(field(page)).toHaveValue("**bold** words _[here](url)_");
	expect(await selected(field(page))).toBe("url");
	await page.keyboard.press("Control+a");
	await paste(field(page), "https://example.com/a");
	await expect(field(page)).toHaveValue("https://example.com/a");
	await field(page).fill("see there");
	await page.keyboard.press("Control+Shift+ArrowLeft");
	await paste(field(page), "https://example.com/a");
	await expect(field(page)).toHaveValue("see [there](https://example.com/a)");
});

test("lists go on at Enter, go in at Tab and end at an empty item", async ({ world, people }) => {
	const { page } = await start(world, people);
	await page.keyboard.type("- one\ntwo");
	await page.keyboard.press("Tab");
	await page.keyboard.type("\nthree");
	await page.keyboard.press("Shift+Tab");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Enter");
	await page.keyboard.type("end");
	await expect(field(page)).toHaveValue("- one\n  - two\n- three\nend");
	await page.keyboard.press("Tab");
	await expect(field(page)).not.toBeFocused();
});

test("people, tasks and emoji are completed by keys alone, and sent", async ({ world, people }) => {
	const { project, page } = await start(world, people);
	await makeTask(people.alice, project, "Order the tent");
	await expect(new Board(page).card("Order the tent")).toBeAttached();
	await page.keyboard.type("Hi @ali");
	await expect(talk(page).getByRole("option", { name: "Alice" })).toBeVisible();
	await page.keyboard.press("Enter");
	await page.keyboard.type("and @b");
	await page.keyboard.press("Tab");
	await page.keyboard.type("look at #ten");
	await page.keyboard.press("Enter");
	await page.keyboard.type(":tad");
	await page.keyboard.press("Enter");
	await expect(field(page)).toHaveValue(
		`Hi [@Alice](mention:${people.alice.id}) and [@Bob](mention:${people.bob.id}) look at #2 🎉 `,
	);
	await page.keyboard.press("Control+z");
	await expect(field(page)).toHaveValue(/look at #2 :tad$/);
	// The list takes the first Escape, the text stays.
	await page.keyboard.press("End");
	await page.keyboard.type("a");
	await expect(talk(page).getByRole("listbox")).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(talk(page).getByRole("listbox")).toHaveCount(0);
	await expect(field(page)).toBeFocused();
	await page.keyboard.press("Control+Enter");
	const said = talk(page).locator(".comment .rendered");
	await expect(said.locator(".mention")).toHaveText(["@Alice", "@Bob"]);
	await expect(said.locator(".mention[data-own]")).toHaveText("@Bob");
	await page.evaluate(() => Object.assign(window, { stayed: true }));
	await said.getByRole("link", { name: "#2" }).click();
	await expect(page.getByRole("dialog", { name: /Order the tent/ })).toBeVisible();
	expect(await page.evaluate(() => "stayed" in window)).toBe(true);
});

test("keys of an input method complete nothing, send nothing and go on with no list", async ({
	world,
	people,
}) => {
	const { project, page } = await start(world, people);
	const composed = (key: string, ctrlKey = false) =>
		field(page).evaluate(
			(element, init) => {
				const event = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
				element.dispatchEvent(event);
				return event.defaultPrevented;
			},
			{ key, ctrlKey, isComposing: true },
		);
	await page.keyboard.type("- @");
	await expect(talk(page).getByRole("listbox")).toBeVisible();
	for (const key of ["Enter", "Tab", "Escape", "ArrowDown"]) expect(await composed(key)).toBe(false);
	expect(await composed("Enter", true)).toBe(false);
	await expect(field(page)).toHaveValue("- @");
	await expect(talk(page).locator(".comment")).toHaveCount(0);
	// A whole word by an input method.
	const session = await page.context().newCDPSession(page);
	await field(page).fill("");
	await session.send("Input.imeSetComposition", { text: "ねこ", selectionStart: 2, selectionEnd: 2 });
	await session.send("Input.insertText", { text: "猫" });
	await expect(field(page)).toHaveValue("猫");
	await page.keyboard.press("Control+Enter");
	const path = `/projects/${project.id}/tasks/${project.key}-1/comments`;
	await expect
		.poll(async () =>
			(await people.bob.api.get<{ items: { body: string }[] }>(path)).items.map(({ body }) => body),
		)
		.toEqual(["猫"]);
});

test("a preview shows what others will see, and nothing in a text runs", async ({ world, people }) => {
	const { page } = await start(world, people);
	await field(page).fill(
		'**Bold** <img src=x onerror="window.hurt=1"> <script>window.hurt=1</script> [bad](javascript:window.hurt=1)',
	);
	await talk(page).getByRole("button", { name: "Preview" }).click();
	await expect(talk(page).locator(".composer-preview strong")).toHaveText("Bold");
	await talk(page).getByRole("button", { name: "Write", exact: true }).click();
	await field(page).press("Control+Enter");
	await expect(talk(page).locator(".comment strong")).toHaveText("Bold");
	await expect(talk(page).locator(".rendered :is(img[onerror], script, a[href^=javascript])")).toHaveCount(0);
	expect(await page.evaluate(() => "hurt" in window)).toBe(false);
	// Only the page's one place makes HTML.
	const refused = await page.evaluate(() => {
		try {
			document.body.insertAdjacentHTML("beforeend", "<b>x</b>");
			return "made";
		} catch (error) {
			return (error as Error).name;
		}
	});
	expect(refused).toBe("TypeError");
	world.expectTrouble(/TrustedHTML/);
});

test("the boxes of a description are ticked in place, by editors, and seen by others", async ({
	world,
	people,
}) => {
	const project = await makeProject(people, { charlie: "viewer" });
	const description = "Before the start:\n\n- [ ] Tent\n- [x] Stove";
	const task = await makeTask(people.alice, project, "Pack", { description });
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const other = await world.open(people.charlie, `/p/${project.key}/board/1`);
	await expect(other.getByRole("checkbox", { name: "Tent" })).toBeDisabled();
	await page.getByRole("checkbox", { name: "Tent" }).click();
	await page.getByRole("checkbox", { name: "Stove" }).click();
	await expect(other.getByRole("checkbox", { name: "Tent" })).toBeChecked();
	await expect(other.getByRole("checkbox", { name: "Stove" })).not.toBeChecked();
	await expect(page.locator("[data-pending]")).toHaveCount(0);
	await expect
		.poll(() => people.alice.api.get(`/projects/${project.id}/tasks/${task.id}`))
		.toMatchObject({ description: "Before the start:\n\n- [x] Tent\n- [ ] Stove" });
});
