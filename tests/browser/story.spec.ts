// The story that everything serves: three people, one project, three browsers.
import { Board } from "./support/board";
import { Plan } from "./support/plan";
import { day, makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";
import { answeredAt, figure, watch } from "./support/timing";

test("when Alice shifts the timeline, Bob and Charlie see it within a second", async ({ world, people }) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people);
	const first = await makeTask(alice, project, "Choose a name", { start_on: day(0), due_on: day(1) });
	const second = await makeTask(alice, project, "Draw a logo", { start_on: day(2), due_on: day(4) });
	await alice.api.put(`/projects/${project.id}/tasks/${second.id}/dependencies/${first.id}`);
	const [hers, his, theirs] = await Promise.all(
		[alice, bob, charlie].map(
			async (person) => new Plan(await world.open(person, `/p/${project.key}/timeline`)),
		),
	);
	if (!hers || !his || !theirs) throw new Error("three pages were opened");
	for (const plan of [hers, his, theirs]) {
		await expect(plan.bar(second)).toBeVisible();
		await expect(plan.page.locator(".pill")).toHaveAttribute("data-state", "live");
	}
	await hers.dependents("Shift");

	const button = `[data-bar="${second.id}"] [role=button]`;
	const [atBobs, atCharlies] = await Promise.all([watch(his.page, button), watch(theirs.page, button)]);
	const answered = answeredAt(hers.page.waitForResponse((answer) => answer.url().endsWith("/schedule")));
	await hers.pull(hers.box(first), 3);

	const delays = [(await atBobs()) - (await answered), (await atCharlies()) - (await answered)];
	figure(`seen by Bob and Charlie ${delays.map(Math.round).join(" and ")} ms after the answer to Alice`);
	expect(Math.max(...delays)).toBeLessThan(1000);
	for (const plan of [his, theirs]) {
		await expect(plan.page.getByText("Alice moved 2 tasks").first()).toBeVisible();
		for (const task of [first, second]) {
			const said = await hers.button(task).getAttribute("aria-label");
			await expect(plan.button(task)).toHaveAttribute("aria-label", said ?? "");
		}
	}
});

test("when Bob assigns a task to Charlie, Charlie is told within a second, wherever Charlie is", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Write the text");
	const [his, theirs] = await Promise.all([
		world.open(bob, `/p/${project.key}/board/${task.number}`),
		world.open(charlie, "/account"),
	]);
	await expect(theirs.getByRole("heading", { name: "Account" })).toBeVisible();
	await expect(theirs.getByRole("link", { name: /^Notifications/ }).first()).toBeVisible();
	const before = await unread(charlie);

	const sentence = `Bob assigned ${project.key}-${task.number} to you`;
	const told = await watch(theirs, ".toasts", sentence);
	const answered = answeredAt(his.waitForResponse((answer) => answer.url().includes("/assignees/")));
	await his.getByRole("button", { name: /^Assignees/ }).click();
	await his.getByRole("option", { name: "Charlie" }).click();

	const delay = (await told()) - (await answered);
	figure(`told to Charlie ${Math.round(delay)} ms after the answer to Bob`);
	expect(delay).toBeLessThan(1000);
	await expect(
		theirs.getByRole("link", { name: `Notifications, ${before + 1} unread` }).first(),
	).toBeVisible();
	await theirs
		.locator(".toast")
		.filter({ hasText: sentence })
		.getByRole("link", { name: "Open the task" })
		.click();
	await expect(theirs.getByRole("dialog", { name: `${project.key}-1 Write the text` })).toBeVisible();
});

test("when Alice removes Charlie, Charlie is told so and gets nothing more of the project", async ({
	world,
	people,
}) => {
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { name: "Secret garden" });
	const other = await makeProject(people, { name: "Common ground" });
	const task = await makeTask(alice, project, "Plant the roses", { assignee_ids: [charlie.id] });
	const wire = await world.relay();
	// Uncompressed, so that what is on the wire can be read.
	const plain = { "Accept-Encoding": "identity" };
	const theirs = await world.open(charlie, `/p/${project.key}/board`, {
		through: wire,
		extraHTTPHeaders: plain,
	});
	await expect(new Board(theirs).card("Plant the roses")).toBeVisible();
	await expect(theirs.locator(".pill")).toHaveAttribute("data-state", "live");
	// The recording would be empty if it could not be read.
	expect(wire.since(0)).toContain("Plant the roses");

	const hers = await world.open(alice, `/p/${project.key}/members`);
	await hers.getByRole("button", { name: "Remove Charlie" }).click();
	const removed = hers.waitForResponse((answer) => answer.request().method() === "DELETE");
	await hers.getByRole("dialog").getByRole("button", { name: "Remove Charlie" }).click();

	await expect(theirs.getByText("You are no longer a member of “Secret garden”.")).toBeVisible();
	await expect(theirs).toHaveURL("/");
	await expect(theirs.getByRole("link", { name: new RegExp(`^${project.key}`) })).toHaveCount(0);
	await expect(theirs.getByText("Plant the roses")).toHaveCount(0);
	expect((await removed).status()).toBe(204);
	const gone = Date.now();
	const asked: string[] = [];
	theirs.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));

	await bob.api.patch(`/projects/${project.id}/tasks/${task.id}`, { title: "Burn the letters" });
	await makeTask(bob, project, "Bury the spade");
	await alice.api.patch(`/projects/${project.id}`, { name: "More secret garden" });
	// What Charlie may still see comes after that, on the same stream: by then the rest would have come too.
	await alice.api.patch(`/projects/${other.id}`, { name: "Uncommon ground" });
	await expect(theirs.getByRole("link", { name: /Uncommon ground/ }).first()).toBeVisible();
	await theirs.goto("/notifications");
	await expect(theirs.getByRole("heading", { name: "Notifications" })).toBeVisible();
	await theirs.goto(`/p/${project.key}/board/1`);
	await expect(theirs.getByText("This project is not here")).toBeVisible();

	const heard = wire.since(gone);
	expect(heard).toContain("Uncommon ground");
	for (const word of [project.id, task.id, "ecret garden", "Burn the letters", "Bury the spade", "roses"])
		expect(heard, "what the server sent to Charlie").not.toContain(word);
	expect(asked.filter((line) => line.includes(project.id))).toEqual([]);

	const all = wire.since(0);
	const farewell = all.indexOf("event: left");
	expect(all.slice(farewell).split("\n")[1]).toContain(project.id);
	expect(all.slice(farewell).split(project.id).length - 1, "times that it was named since").toBe(1);
});

async function unread({ api }: { api: { get<T>(path: string): Promise<T> } }): Promise<number> {
	return (await api.get<{ unread_count: number }>("/me/notifications?limit=1")).unread_count;
}
