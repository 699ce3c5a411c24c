// A project's numbers: drawn, in words and in tables, live, and to take along.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { choose } from "./support/fields";
import type { People } from "./support/people";
import { day, makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

const at = (project: Project, path: string) => `/projects/${project.id}${path}`;
const report = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const summary = (page: Page, name: string) => report(page, name).locator(".report-summary");
const numbers = (page: Page, name: string) => report(page, name).getByRole("table");
const show = (page: Page, name: string) => report(page, name).getByText("Show the numbers").click();
const today = () => new Date().toISOString().slice(0, 10);

interface Story {
	project: Project;
	label: string;
	/** Of the three tasks, in the order of their numbers. */
	tasks: string[];
}

/** Three tasks: Alice has the first one, which waits; Bob works on the second, with the label; the third one is done. */
async function story(people: People): Promise<Story> {
	const { alice, bob } = people;
	const columns = [
		{ name: "To do", kind: "backlog" },
		{ name: "Doing", kind: "active" },
		{ name: "Done", kind: "done" },
	];
	const project = await makeProject(people, { columns });
	const { id: label } = await alice.api.post<{ id: string }>(at(project, "/labels"), {
		name: "bug",
		colour: "#c0392b",
	});
	const doing = project.columns["Doing"];
	const paint = await makeTask(alice, project, "Paint", { assignee_ids: [alice.id], due_on: day(-2) });
	const sweep = await makeTask(alice, project, "Sweep", { assignee_ids: [bob.id], label_ids: [label] });
	const wash = await makeTask(alice, project, "Wash", { assignee_ids: [bob.id] });
	for (const { id } of [sweep, wash])
		await bob.api.put(at(project, `/tasks/${id}/position`), { column_id: doing });
	await bob.api.put(at(project, `/tasks/${wash.id}/completion`));
	return { project, label, tasks: [paint.id, sweep.id, wash.id] };
}

test("the reports say what the log says, and go on saying it", async ({ world, people }) => {
	const { project, tasks } = await story(people);
	const page = await world.open(people.charlie, `/p/${project.key}/board`);
	await expect(page.locator(".card").first()).toBeVisible();
	await page.keyboard.press("g");
	await page.keyboard.press("r");
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/reports$`));
	await expect(page.getByRole("link", { name: "Reports", exact: true })).toHaveAttribute(
		"aria-current",
		"page",
	);
	await expect(summary(page, "Burn-up")).toHaveText(/^1 of 3 tasks was done on /);
	await expect(summary(page, "Throughput")).toHaveText("3 tasks were created, 1 completed and 0 reopened.");
	await expect(summary(page, "Cycle time")).toHaveText(/^Of 1 task, half took at most 0 days/);
	await expect(summary(page, "Cumulative flow")).toHaveText(/: 1 in To do, 1 in Doing(,)? and 1 in Done\.$/);
	await expect(summary(page, "Workload")).toHaveText("2 tasks open for 2 people, 1 of them overdue.");
	await expect(summary(page, "Ageing work")).toHaveText(
		`The oldest is ${project.key}-2 Sweep: begun 0 days ago, now in Doing.`,
	);
	for (const name of ["Burn-up", "Throughput", "Cycle time", "Cumulative flow", "Workload", "Ageing work"])
		await expect(report(page, name).locator("canvas"), name).toBeVisible();

	// Live, without a reload.
	await people.bob.api.put(at(project, `/tasks/${tasks[1]}/completion`));
	await expect(summary(page, "Burn-up")).toHaveText(/^2 of 3 tasks were done on /);
	await expect(summary(page, "Throughput")).toContainText("2 completed");
	await expect(report(page, "Ageing work")).toContainText("Nothing to show yet");
	await people.bob.api.delete(at(project, `/tasks/${tasks[1]}/completion`));
	await expect(summary(page, "Throughput")).toContainText("1 reopened");
});

test("what is drawn stands in a table too, with links, by keyboard", async ({ world, people }) => {
	const { project } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/reports`);
	const toggle = report(page, "Workload").getByText("Show the numbers");
	await toggle.focus();
	await page.keyboard.press("Enter");
	await expect(numbers(page, "Workload").getByRole("row")).toHaveText([
		/^PersonOpenOverdueDue this weekCompleted$/,
		/^Alice1100$/,
		/^Bob1001$/,
	]);
	await page.keyboard.press("Tab");
	await expect(report(page, "Workload").getByRole("region", { name: "Numbers: Workload" })).toBeFocused();
	await show(page, "Burn-up");
	await expect(numbers(page, "Burn-up").getByRole("row")).toHaveCount(31);
	await expect(numbers(page, "Burn-up").getByRole("row").last()).toHaveText(/31$/);
	await show(page, "Cycle time");
	await numbers(page, "Cycle time")
		.getByRole("link", { name: `${project.key}-3` })
		.click();
	await expect(page.getByRole("dialog")).toContainText("Wash");
});

test("the pointer shows values, and a dot leads to its task", async ({ world, people }) => {
	const { project } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/reports`);
	const over = (name: string) => report(page, name).locator(".u-over");
	const tip = (name: string) => report(page, name).locator(".plot-tip");
	const { width, height } = (await over("Burn-up").boundingBox()) ?? { width: 0, height: 0 };
	await over("Burn-up").hover({ position: { x: width - 3, y: height / 2 } });
	await expect(tip("Burn-up")).toHaveText(/In all3 tasksDone1 task$/);
	// The only dot lies in its column, in the middle of the plot, at the ground.
	await over("Ageing work").scrollIntoViewIfNeeded();
	const plot = await over("Ageing work").boundingBox();
	if (!plot) throw new Error("no plot");
	await expect(async () => {
		for (let x = plot.width * 0.2; x < plot.width * 0.9; x += 12) {
			await page.mouse.move(plot.x + x, plot.y + plot.height - 3);
			if ((await tip("Ageing work").count()) > 0) break;
		}
		await expect(tip("Ageing work")).toHaveText(`${project.key}-2 Sweep0 days, Doing`, { timeout: 500 });
	}).toPass();
	await page.mouse.down();
	await page.mouse.up();
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/board/2$`));
});

test("time, steps and tasks are chosen, kept in the address, and shared with the board's filter", async ({
	world,
	people,
}) => {
	const { project, label } = await story(people);
	const page = await world.open(people.alice, `/p/${project.key}/reports`);
	await expect(summary(page, "Burn-up")).toContainText("of 3 tasks");
	await choose(page.getByRole("combobox", { name: "Label" }), "bug");
	await expect(summary(page, "Burn-up")).toContainText("0 of 1 task");
	await page.reload();
	await expect(summary(page, "Burn-up")).toContainText("0 of 1 task");
	await page.getByRole("link", { name: "Board", exact: true }).click();
	await expect(page).toHaveURL(new RegExp(`label=${label}`));
	await expect(page.locator(".card")).toHaveCount(1);
	await page.getByRole("link", { name: "Reports", exact: true }).click();
	await page.getByRole("button", { name: "All tasks" }).click();
	await expect(summary(page, "Burn-up")).toContainText("of 3 tasks");
	await choose(page.getByRole("combobox", { name: "Person" }), "Alice");
	await expect(summary(page, "Throughput")).toContainText("1 task was created");
	await choose(page.getByRole("combobox", { name: "Person" }), "Nobody");
	await expect(report(page, "Burn-up")).toContainText("Nothing to show yet");
	await page.getByRole("button", { name: "All tasks" }).click();

	await page.getByRole("radio", { name: "Quarter" }).check({ force: true });
	await expect(page.getByRole("radio", { name: "Weeks", exact: true })).toBeChecked();
	await show(page, "Burn-up");
	await expect(numbers(page, "Burn-up").getByRole("columnheader").first()).toHaveText("Week of");
	expect(await numbers(page, "Burn-up").getByRole("row").count()).toBeLessThan(17);
	await page.getByRole("radio", { name: "Days" }).check({ force: true });
	await expect(numbers(page, "Burn-up").getByRole("row")).toHaveCount(92);
	await page.getByRole("radio", { name: "Dates" }).check({ force: true });
	await page.getByRole("textbox", { name: "From" }).fill(day(-4));
	await page.getByRole("textbox", { name: "From" }).press("Enter");
	await expect(numbers(page, "Burn-up").getByRole("row")).toHaveCount(6);
	await expect(page).toHaveURL(new RegExp(`range=dates&from=${day(-4)}&to=${today()}`));
	await page.reload();
	await show(page, "Burn-up");
	await expect(numbers(page, "Burn-up").getByRole("row")).toHaveCount(6);
});

test("each is taken along as an image and as a table that runs nothing", async ({ world, people }) => {
	const { project } = await story(people);
	const bad = await makeTask(people.bob, project, '=HYPERLINK("http://x","y"), "yes"');
	await people.bob.api.put(at(project, `/tasks/${bad.id}/completion`));
	const page = await world.open(people.alice, `/p/${project.key}/reports`);
	const take = async (name: string) => {
		const coming = page.waitForEvent("download");
		await page.getByRole("button", { name }).click();
		const file = await coming;
		return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
	};
	for (const name of ["Burn-up", "Cycle time", "Workload"]) {
		const { name: file, bytes } = await take(`Download ${name} as an image`);
		expect(bytes.subarray(1, 4).toString()).toBe("PNG");
		// Its size stands at the beginning.
		expect(bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(960);
		expect(file).toMatch(new RegExp(`^${project.key}-[a-z-]+-\\d{4}-\\d\\d-\\d\\d-${today()}\\.png$`));
	}
	const { bytes } = await take("Download Cycle time as CSV");
	const text = bytes.toString("utf8");
	expect(text.startsWith("\ufeffTask,Title,Completed on,Days\r\n")).toBe(true);
	expect(text).toContain(`${project.key}-3,Wash,${today()},0\r\n`);
	expect(text).toContain(`"'=HYPERLINK(""http://x"",""y""), ""yes"""`);
	const flow = (await take("Download Cumulative flow as CSV")).bytes.toString("utf8");
	expect(flow).toMatch(/^\ufeffDay,To do,Doing,Done\r\n/);
	expect(flow.trim().split("\r\n").at(-1)).toBe(`${today()},1,1,2`);
});

test("one that cannot be read says so, and the others are there", async ({ world, people }) => {
	world.expectTrouble(/status of 503/);
	const { project } = await story(people);
	const browser = await world.browser(people.alice);
	const page = await browser.newPage();
	let isBroken = true;
	await page.route("**/reports/throughput?*", (route) =>
		isBroken ? route.fulfill({ status: 503, json: { code: "unavailable" } }) : route.fallback(),
	);
	await page.goto(`/p/${project.key}/reports`);
	await expect(report(page, "Throughput")).toContainText("The server is busy.");
	await expect(summary(page, "Burn-up")).toBeVisible();
	isBroken = false;
	await report(page, "Throughput").getByRole("button", { name: "Try again" }).click();
	await expect(summary(page, "Throughput")).toBeVisible();
});

test("an empty project says what will be seen, and one that is lost shows nothing more", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await world.open(people.bob, `/p/${project.key}/reports`);
	await expect(report(page, "Burn-up")).toContainText("As soon as there are tasks");
	await expect(page.getByText("Nothing to show yet")).toHaveCount(6);
	await makeTask(people.alice, project, "Secret door");
	await expect(summary(page, "Burn-up")).toContainText("0 of 1 task");
	await people.alice.api.delete(at(project, `/members/${people.bob.id}`));
	await expect(page.getByText(`You are no longer a member of “${project.name}”`)).toBeVisible();
	await expect(page.locator(".report")).toHaveCount(0);
});

test("the first page shows three of them for each project, live, and leads to the others", async ({
	world,
	people,
}) => {
	const { project, tasks } = await story(people);
	const page = await world.open(people.alice, "/");
	const plots = page.locator(".home-item").filter({ hasText: project.name }).locator(".small-plots");
	// They are read when they come into sight.
	await plots.scrollIntoViewIfNeeded();
	await expect(plots.getByRole("img", { name: "1 of 3 tasks done" })).toBeVisible();
	await expect(plots.getByRole("img", { name: "3 tasks created and 1 completed" })).toBeVisible();
	await expect(plots.getByRole("img", { name: /1 in Doing/ })).toBeVisible();
	await people.bob.api.put(at(project, `/tasks/${tasks[1]}/completion`));
	await expect(plots.getByRole("img", { name: "2 of 3 tasks done" })).toBeVisible();
	await plots.click();
	await expect(page).toHaveURL(new RegExp(`/p/${project.key}/reports$`));
});

test("axe finds nothing in the reports, with their tables and without anything", async ({
	world,
	people,
}) => {
	test.setTimeout(120_000);
	const { project } = await story(people);
	const empty = await makeProject(people);
	const page = await world.open(people.alice, `/p/${project.key}/reports`);
	await axeFindsNothing(page, async () => {
		await page.goto(`/p/${project.key}/reports`);
		for (const name of ["Burn-up", "Cycle time", "Workload"]) await show(page, name);
		await expect(numbers(page, "Workload")).toBeVisible();
	});
	await axeFindsNothing(page, async () => {
		await page.goto(`/p/${empty.key}/reports`);
		await expect(page.getByText("Nothing to show yet")).toHaveCount(6);
	});
	await axeFindsNothing(page, async () => {
		await page.goto("/");
		await expect(page.locator(".small-plots svg").first()).toBeVisible();
	});
});
