// Who is in a project, who has which task open, and who edits it: shown while it is so, and never kept.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, snapshot } from "./support/projects";
import { expect, test } from "./support/test";
import { idlePartsLoaded } from "./support/timing";

const faces = (page: Page) => page.getByRole("list", { name: "Also in this project" }).getByRole("listitem");
const onCard = (page: Page, title: string) => new Board(page).card(title).locator(".card-faces");
const beside = (page: Page) => page.getByRole("dialog").locator(".beside");
const editor = (page: Page) => page.getByRole("dialog").getByRole("textbox", { name: "Description" });

test("one sees who else is there, which task they have open, and when they edit it", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Paint the door");
	await makeTask(alice, project, "Sweep");
	const page = await world.open(alice, `/p/${project.key}/board`);
	await expect(new Board(page).card("Sweep")).toBeVisible();
	await idlePartsLoaded(page);
	await expect(faces(page)).toHaveCount(0);
	const { seq } = await snapshot(alice, project);

	const other = await world.open(bob, `/p/${project.key}/table`);
	await expect(faces(page)).toHaveText(["BBob is here"]);
	await expect(faces(other)).toHaveText(["AAlice is here"]);
	await other.goto(`/p/${project.key}/board/1`);
	await expect(onCard(page, "Paint the door")).toHaveAttribute("aria-label", "Bob is looking at this");
	await expect(onCard(page, "Sweep")).toHaveCount(0);

	await new Board(page).link("Paint the door").click();
	await expect(beside(page)).toHaveText("BBob is looking at this");
	await expect(beside(other)).toHaveText("AAlice is looking at this");
	await other.getByRole("button", { name: "Add a description…" }).click();
	await editor(other).fill("Green");
	await expect(beside(page)).toHaveText("BBob is editing");
	await expect(faces(page)).toHaveText(["BBob is editing a task"]);
	// A comment changes nothing that another person may be changing.
	await other.getByRole("dialog").getByRole("textbox", { name: "Write a comment" }).click();
	await expect(beside(page)).toHaveText("BBob is looking at this");
	await page.keyboard.press("Escape");
	await expect(onCard(page, "Paint the door")).toHaveAttribute("aria-label", "Bob is looking at this");
	await other.getByRole("dialog").getByRole("button", { name: "Close" }).click();
	await expect(onCard(page, "Paint the door")).toHaveCount(0);
	await expect(faces(page)).toHaveText(["BBob is here"]);

	// The description is all that the log has of it.
	expect((await snapshot(alice, project)).seq).toBe(seq + 1);
	await other.goto("/my-work");
	await expect(faces(page)).toHaveCount(0);
	await other.goto(`/p/${project.key}/board`);
	await expect(faces(page)).toHaveCount(1);
	await other.context().close();
	await expect(faces(page)).toHaveCount(0, { timeout: 5000 });
});

test("a second tab knows who is there, and a broken stream shows nobody", async ({ world, people }) => {
	world.expectTrouble(/ERR_/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Paint the door");
	const relay = await world.relay();
	const browser = await world.browser(alice, { through: relay });
	const page = await browser.newPage();
	await page.goto(`/p/${project.key}/board`);
	await world.open(bob, `/p/${project.key}/board/1`);
	await expect(onCard(page, "Paint the door")).toBeVisible();
	const second = await browser.newPage();
	await second.goto(`/p/${project.key}/board`);
	await expect(onCard(second, "Paint the door")).toHaveAttribute("aria-label", "Bob is looking at this");
	await expect(faces(second)).toHaveText(["BBob is here"]);
	expect(relay.most).toBe(1);
	relay.cut();
	for (const tab of [page, second]) await expect(faces(tab)).toHaveCount(0);
	relay.mend();
	for (const tab of [page, second])
		await expect(faces(tab)).toHaveText(["BBob is here"], { timeout: 20_000 });
});

test("who does not want to be seen is not seen, and says nothing", async ({ world, people }) => {
	const { alice, charlie } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Paint the door");
	const page = await world.open(alice, `/p/${project.key}/board`);
	const browser = await world.browser(charlie);
	const other = await browser.newPage();
	let told = 0;
	other.on("request", (request) => {
		if (request.url().endsWith("/presence")) told += 1;
	});
	await other.goto(`/p/${project.key}/board/1`);
	await expect(onCard(page, "Paint the door")).toBeVisible();
	expect(told).toBeGreaterThan(0);
	const second = await browser.newPage();
	await second.goto("/account");
	await second.getByRole("checkbox", { name: "Show others where I am" }).uncheck();
	await expect(faces(page)).toHaveCount(0);
	await other.reload();
	await idlePartsLoaded(other);
	await expect(faces(other)).toHaveText(["AAlice is here"]);
	told = 0;
	await other.goto(`/p/${project.key}/board`);
	await idlePartsLoaded(other);
	await expect(faces(other)).toHaveText(["AAlice is here"]);
	expect(told).toBe(0);
	await expect(faces(page)).toHaveCount(0);
	await second.getByRole("checkbox", { name: "Show others where I am" }).check();
	const isShown = async () => (await charlie.api.get<{ show_presence: boolean }>("/me")).show_presence;
	await expect.poll(isShown).toBe(true);
	await other.reload();
	await expect(faces(page)).toHaveText(["CCharlie is here"]);
});

test("one who is removed is seen no more, and sees nobody", async ({ world, people }) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Paint the door");
	const page = await world.open(alice, `/p/${project.key}/board`);
	const other = await world.open(bob, `/p/${project.key}/board/1`);
	await expect(faces(page)).toHaveCount(1);
	await alice.api.delete(`/projects/${project.id}/members/${bob.id}`);
	await expect(faces(page)).toHaveCount(0);
	await expect(other.getByText(`You are no longer a member of “${project.name}”`)).toBeVisible();
	await expect(faces(other)).toHaveCount(0);
});

test("axe finds nothing where others are", async ({ world, people }) => {
	test.setTimeout(120_000);
	const { alice, bob, charlie } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Paint the door");
	const come = async (person: Person) => {
		const other = await world.open(person, `/p/${project.key}/board/1`);
		await expect(other.getByRole("dialog")).toBeVisible();
		return other;
	};
	await come(charlie);
	const writer = await come(bob);
	await writer.getByRole("button", { name: "Add a description…" }).click();
	await expect(editor(writer)).toBeFocused();
	const page = await world.open(alice, `/p/${project.key}/board`);
	await axeFindsNothing(page, async () => {
		await page.goto(`/p/${project.key}/board`);
		await expect(onCard(page, "Paint the door")).toHaveAttribute(
			"aria-label",
			"Bob is editing, Charlie is looking at this",
		);
	});
	await axeFindsNothing(page, async () => {
		await page.goto(`/p/${project.key}/board/1`);
		await expect(beside(page)).toContainText("Bob is editing, Charlie is looking at this");
	});
});
