// Two people changed one text: what differs is marked, and both changes can be kept.
import { axe } from "./support/axe";
import { makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

async function clash(world: World) {
	world.expectTrouble(/status of 412/);
	const { alice, bob } = world.people;
	const project = await makeProject(world.people);
	const task = await makeTask(alice, project, "Party", { description: "Bring tent and map." });
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	const dialog = page.getByRole("dialog", { name: `${project.key}-1 Party` });
	await dialog.getByRole("button", { name: "Edit the description" }).click();
	const field = dialog.getByRole("textbox", { name: "Description" });
	await field.fill("Bring tent and map, and cake.");
	await alice.api.patch(path, { description: "Bring a big tent and map." });
	await field.press("Control+Enter");
	const both = dialog.getByRole("alert", { name: "Alice changed this at the same time" });
	await expect(both).toBeVisible();
	const kept = async () => (await bob.api.get<{ description: string }>(path)).description;
	return { page, dialog, both, kept };
}

test("the words that differ are marked, and both are put together", async ({ world }) => {
	const { page, both, kept } = await clash(world);
	const [theirs, mine] = [both.locator("dd").first(), both.locator("dd").last()];
	await expect(theirs.locator("mark")).toHaveText(/a big/);
	await expect(mine.locator("mark")).toHaveText(/, and cake/);
	await both.getByRole("button", { name: "Edit both" }).click();
	const field = both.getByRole("textbox", { name: "Both together" });
	await expect(field).toBeFocused();
	await expect(field).toHaveValue("Bring a big tent and map, and cake.");
	const { violations } = await axe(page);
	expect(violations.map(({ id }) => id)).toEqual([]);
	await field.fill("Bring a big tent, map and cake.");
	await both.getByRole("button", { name: "Save" }).click();
	await expect(both).toHaveCount(0);
	await expect.poll(kept).toBe("Bring a big tent, map and cake.");
});

test("Escape gives back the own text, and nobody's is lost", async ({ world }) => {
	const { both, kept, dialog } = await clash(world);
	await both.getByRole("button", { name: "Edit both" }).click();
	await both.getByRole("textbox").fill("Something else");
	await both.getByRole("textbox").press("Escape");
	await expect(dialog).toBeVisible();
	await expect(both.locator("dd").last()).toHaveText("Bring tent and map, and cake.");
	await both.getByRole("button", { name: "Use mine" }).click();
	await expect.poll(kept).toBe("Bring tent and map, and cake.");
});

/** A title that is refused on its card: a toast shows both. */
async function refusedOnCard(world: World) {
	world.expectTrouble(/status of 412/);
	const { people } = world;
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Rough idea");
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await world.open(bob, `/p/${project.key}/board`);
	await page.locator(".card-link").focus();
	await page.keyboard.press("e");
	const field = page.getByRole("textbox", { name: /^Title of/ });
	await field.fill("Clear idea");
	await alice.api.patch(path, { title: "Rough plan" });
	await expect(page.locator(".card-who")).toHaveText("Alice changed this");
	await field.press("Enter");
	const toast = page.locator(".toast-typed");
	const kept = () => bob.api.get(path);
	return { page, toast, kept };
}

test("a title that was refused on the card is put together in its toast", async ({ world }) => {
	const { page, toast, kept } = await refusedOnCard(world);
	await expect(toast.locator("mark")).toHaveText(
		["Rough plan", "Clear idea"].flatMap((text) => text.split(" ")),
	);
	await toast.getByRole("button", { name: "Edit both" }).click();
	await expect(toast.getByRole("textbox", { name: "Both together" })).toHaveValue("Clear plan");
	await toast.getByRole("button", { name: "Save" }).click();
	await expect(toast).toHaveCount(0);
	await expect(page.locator(".card-link")).toHaveText("Clear plan");
	await expect.poll(kept).toMatchObject({ title: "Clear plan" });
});

test("what is typed of both in a toast is still there after a reload", async ({ world }) => {
	const { page, toast, kept } = await refusedOnCard(world);
	await toast.getByRole("button", { name: "Edit both" }).click();
	await toast.getByRole("textbox", { name: "Both together" }).fill("Clear plan for everybody");
	await page.reload();
	await expect(toast.locator("dd").last()).toHaveText("Clear plan for everybody");
	await toast.getByRole("button", { name: "Use mine" }).click();
	await expect(toast).toHaveCount(0);
	await expect.poll(kept).toMatchObject({ title: "Clear plan for everybody" });
});

/** The part with the title's field comes when it is let through. */
async function slowField(world: World) {
	const { alice, bob } = world.people;
	const project = await makeProject(world.people);
	const task = await makeTask(alice, project, "Rough idea");
	const path = `/projects/${project.id}/tasks/${task.id}`;
	const page = await (await world.browser(bob)).newPage();
	let come = () => {};
	const coming = new Promise<void>((resolve) => {
		come = resolve;
	});
	await page.route("**/assets/soon-*.js", async (route) => {
		await coming;
		await route.continue();
	});
	await page.goto(`/p/${project.key}/board`);
	await page.locator(".card-link").focus();
	await page.keyboard.press("e");
	const field = page.getByRole("textbox", { name: /^Title of/ });
	await field.fill("Clear idea");
	return { page, path, field, come, toast: page.locator(".toast-typed") };
}

test("a title that is ended before its field has come is saved when it comes", async ({ world, people }) => {
	const { page, path, field, come } = await slowField(world);
	await field.press("Enter");
	come();
	await expect(page.locator(".card-link")).toHaveText("Clear idea");
	await expect.poll(() => people.bob.api.get(path)).toMatchObject({ title: "Clear idea" });
});

test("a title that another person changes before its field has come is shown as yours and theirs", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 412/);
	const { page, path, field, come, toast } = await slowField(world);
	await people.alice.api.patch(path, { title: "Rough plan" });
	await expect(page.locator(".card-who")).toHaveText("Alice changed this");
	come();
	await expect(page.locator(".card-field")).toHaveValue("Clear idea");
	await field.press("Enter");
	await expect(toast.locator("dd")).toHaveText(["Rough plan", "Clear idea"]);
	await expect(page.locator(".card-link")).toHaveText("Rough plan");
});

test("Escape before the title's field has come puts the text aside", async ({ world, people }) => {
	const { page, path, field, come } = await slowField(world);
	await field.press("Escape");
	come();
	await expect(page.locator(".card-link")).toHaveText("Rough idea");
	await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
	await expect.poll(() => people.bob.api.get(path)).toMatchObject({ title: "Clear idea" });
});
