// A project as it was: any moment of it, read only, replayed, and compared with now.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { Board } from "./support/board";
import type { People } from "./support/people";
import { makeProject, makeTask, type Project, snapshot } from "./support/projects";
import { expect, test } from "./support/test";

const at = (project: Project, path: string) => `/projects/${project.id}${path}`;
const banner = (page: Page) => page.getByRole("region", { name: "The past" });
const history = (page: Page) => page.getByRole("region", { name: "History of the project" });
const slider = (page: Page) => history(page).getByRole("slider", { name: "Moment" });
const inPast = (page: Page) => expect(banner(page)).toContainText("You are looking at");
const isNow = (page: Page) => expect(banner(page)).toHaveCount(0);

interface Story {
	project: Project;
	/** The last event before Paint was moved, and the one with which Old was deleted. */
	before: number;
	end: number;
}

/** Two tasks; Bob moves one and Alice deletes the other. */
async function story({ alice, bob }: People, wanted: Parameters<typeof makeProject>[1] = {}): Promise<Story> {
	const project = await makeProject({ alice, bob, charlie: bob }, { charlie: null, ...wanted });
	const paint = await makeTask(alice, project, "Paint");
	const old = await makeTask(alice, project, "Old");
	const before = (await snapshot(alice, project)).seq;
	await alice.api.put(at(project, `/tasks/${paint.id}/position`), { column_id: project.columns["Doing"] });
	await alice.api.patch(at(project, `/tasks/${paint.id}`), { title: "Paint twice" });
	await alice.api.delete(at(project, `/tasks/${old.id}`));
	return { project, before, end: before + 3 };
}

const then = { "To do": ["Paint", "Old"], Doing: [], Done: [] };
const now = { "To do": [], Doing: ["Paint twice"], Done: [] };
const shows = (page: Page, titles: object) => expect.poll(() => new Board(page).titles()).toEqual(titles);

test("the board of any moment is shown by slider, steps and link, and Escape leads back to now", async ({
	world,
	people,
}) => {
	const { project, before, end } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/board`);
	await shows(page, now);
	await page.getByRole("button", { name: "Look at the past" }).click();
	await inPast(page);
	await expect(history(page)).toContainText(`Change ${end} of ${end}`);
	await expect(history(page)).toContainText("Alice deleted “Old”");
	await expect(slider(page)).toHaveAttribute("aria-valuetext", /Alice deleted “Old”$/);

	await slider(page).fill(String(before));
	await shows(page, then);
	await expect(history(page)).toContainText(`Alice created ${project.key}-2 Old`);
	await expect(page).toHaveURL(new RegExp(`at=${before}$`));
	await history(page).getByRole("button", { name: "Next change" }).click();
	await shows(page, { "To do": ["Old"], Doing: ["Paint"], Done: [] });
	await expect(history(page)).toContainText(`Alice moved ${project.key}-1 Paint from To do to Doing`);
	await slider(page).press("ArrowLeft");
	await shows(page, then);
	await expect(page).toHaveURL(new RegExp(`at=${before}$`));
	await page.reload();
	await shows(page, then);

	// The other views take their tasks from the same moment.
	await page.getByRole("link", { name: "Table" }).click();
	await expect(page.getByRole("gridcell", { name: /^Old/ }).first()).toBeVisible();
	await inPast(page);
	await page.getByRole("link", { name: "Timeline" }).click();
	await inPast(page);
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await shows(page, then);
	await page.locator("body").press("Escape");
	await isNow(page);
	await shows(page, now);
	await page.goto(`/p/${project.key}/board?at=${before}`);
	await shows(page, then);
	await slider(page).focus();
	await page.keyboard.press("Escape");
	await isNow(page);
	await expect(page).toHaveURL(/\/board$/);
});

test("nothing can be changed in the past, and it says so", async ({ world, people }) => {
	const { project, before } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/board?at=${before}`);
	const board = new Board(page);
	await shows(page, then);
	await expect(page.getByRole("button", { name: /Add a task/ })).toHaveCount(0);
	await expect(page.getByRole("button", { name: "Add column" })).toHaveCount(0);
	await board.link("Paint").focus();
	await page.keyboard.press("t");
	await expect(page.locator(".toasts").getByText("The past cannot be changed.")).toBeVisible();
	await board.link("Old").click();
	const dialog = page.getByRole("dialog");
	await expect(dialog).toContainText("You are looking at the past");
	await expect(dialog.getByRole("textbox")).toHaveCount(0);
	await page.keyboard.press("Escape");
	await expect(dialog).toHaveCount(0);
	await inPast(page);
	const { seq } = await snapshot(people.alice, project);
	await banner(page).getByRole("button", { name: "Back to now" }).click();
	await shows(page, now);
	expect((await snapshot(people.alice, project)).seq).toBe(seq);
});

test("a replay shows one change after another and ends at the present one", async ({ world, people }) => {
	const { project, before, end } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/board?at=${before}`);
	await shows(page, then);
	let boards = 0;
	await page.route(/\/board\?at=/, (route) => {
		boards += 1;
		return route.continue();
	});
	await history(page).getByRole("radio", { name: "4×" }).check({ force: true });
	await history(page).getByRole("button", { name: "Replay" }).click();
	await expect(history(page).getByRole("button", { name: "Pause" })).toBeVisible();
	await shows(page, now);
	await expect(history(page)).toContainText(`Change ${end} of ${end}`);
	await expect(history(page).getByRole("button", { name: "Replay" })).toBeVisible();
	await inPast(page);
	expect(boards, "boards that were read on the way").toBe(0);
});

test("who is there now is not shown on a card of the past", async ({ world, people }) => {
	const { project, before } = await story(people);
	await world.open(people.bob, `/p/${project.key}/board/1`);
	const page = await world.open(people.alice, `/p/${project.key}/board`);
	await expect(page.locator(".card-faces")).toHaveCount(1);
	await page.goto(`/p/${project.key}/board?at=${before}`);
	await shows(page, then);
	// Bob is known to be there.
	await expect(page.locator(".faces")).toContainText("Bob");
	await expect(page.locator(".card-faces")).toHaveCount(0);
});

test("the past stays as it is while others go on, and what changed since is listed", async ({
	world,
	people,
}) => {
	const { project, before, end } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/board?at=${before}`);
	await shows(page, then);
	await makeTask(people.bob, project, "Fresh");
	await expect(history(page)).toContainText(`Change ${before} of ${end + 1}`);
	await shows(page, then);
	await history(page).getByRole("button", { name: "What changed since" }).click();
	const dialog = page.getByRole("dialog", { name: "What changed since" });
	const line = (text: string) => dialog.locator(".since-line").filter({ hasText: text });
	await expect(line("Paint twice")).toContainText(/Column: To do.*Doing/);
	await expect(line("Paint twice")).toContainText(/Title: Paint.*Paint twice/);
	await expect(line("Old")).toContainText("deleted or archived");
	await expect(line("Fresh")).toContainText("new");
	await page.keyboard.press("Escape");
	await expect(dialog).toHaveCount(0);
	await inPast(page);
});

test("two moments of the past are compared, whichever of them is shown", async ({ world, people }) => {
	const { project, before, end } = await story(people);
	await makeTask(people.bob, project, "Fresh");
	const page = await world.open(people.alice, `/p/${project.key}/board?at=${before}`);
	await shows(page, then);
	await history(page).getByRole("button", { name: "What changed since" }).click();
	const dialog = page.getByRole("dialog", { name: /^What changed/ });
	const line = (text: string) => dialog.locator(".since-line").filter({ hasText: text });
	await expect(line("Fresh")).toContainText("new");
	await dialog.getByRole("slider", { name: "Compared with" }).fill(String(end));
	await expect(page).toHaveURL(new RegExp(`at=${before}&to=${end}$`));
	await expect(dialog).toHaveAccessibleName(/^What changed between/);
	await expect(line("Paint twice")).toContainText(/Title: Paint.*Paint twice/);
	await expect(line("Fresh")).toHaveCount(0);
	// The address names both, and the later one may be the one that is shown.
	await page.goto(`/p/${project.key}/board?at=${end}&to=${before}`);
	await expect(line("Paint twice")).toContainText(/Title: Paint.*Paint twice/);
	await expect(line("Fresh")).toHaveCount(0);
	await dialog.getByRole("slider", { name: "Compared with" }).fill(String(end));
	await expect(dialog).toContainText("Nothing is different between these moments.");
	await page.keyboard.press("Escape");
	await expect(dialog).toHaveCount(0);
	await expect(page).toHaveURL(new RegExp(`at=${end}$`));
});

test("a viewer may look at the past; one who is removed may not any more", async ({ world, people }) => {
	const { project, before } = await story(people, { bob: "viewer" });
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	await shows(page, now);
	await page.keyboard.press("g");
	await page.keyboard.press("y");
	await inPast(page);
	await slider(page).fill(String(before));
	await shows(page, then);
	await people.alice.api.delete(at(project, `/members/${people.bob.id}`));
	await expect(page.getByText(`You are no longer a member of “${project.name}”`)).toBeVisible();
	await expect(page.getByText("Paint")).toHaveCount(0);
	await isNow(page);
});

test("a link to an instant shows the project as it was then, and one to no moment says so", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 422/);
	const { project } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/board?at=2100-01-01T00:00:00Z`);
	await shows(page, now);
	await inPast(page);
	await page.goto(`/p/${project.key}/board?at=999999`);
	await expect(page.getByText("This could not be loaded")).toBeVisible();
	await banner(page).getByRole("button", { name: "Back to now" }).click();
	await shows(page, now);
});

test("axe finds nothing in the past", async ({ world, people }) => {
	test.setTimeout(90_000);
	const { project, before } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/board?at=${before}`);
	await shows(page, then);
	await axeFindsNothing(page);
	await history(page).getByRole("button", { name: "What changed since" }).click();
	await expect(page.getByRole("dialog").locator(".since-line").first()).toBeVisible();
	await axeFindsNothing(page);
});
