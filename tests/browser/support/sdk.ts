// What each example of the package does, whichever framework it is written in: on an origin of its own, with a token.
import type { Page } from "@playwright/test";
import { Examples } from "./examples";
import type { People, Person } from "./people";
import { makeProject, makeTask, titles } from "./projects";
import type { Relay } from "./relay";
import type { Server } from "./server";
import { test as base, expect, type World } from "./test";

const test = base.extend<object, { examples: Examples }>({
	examples: [
		// biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures from it
		async ({}, use) => {
			const examples = await Examples.start();
			await use(examples);
			examples.stop();
		},
		{ scope: "worker", timeout: 120_000 },
	],
});

interface Token {
	id: string;
	secret: string;
}

/** A server that knows the examples' origin, and a page of theirs, which reaches it by a wire. */
class Scene {
	private constructor(
		readonly page: Page,
		readonly server: Server,
		readonly relay: Relay,
		readonly people: People,
	) {}

	static async open(world: World, examples: Examples, path: string): Promise<Scene> {
		const { server, people } = await world.forOrigins(examples.origin);
		const relay = await world.relay(server);
		const page = await (await world.browser(null)).newPage();
		// Streams are read by fetch: an EventSource could not show a token.
		await page.addInitScript(() => Reflect.deleteProperty(globalThis, "EventSource"));
		await page.goto(`${examples.origin}${path}`);
		return new Scene(page, server, relay, people);
	}

	token(person: Person, scopes: string[] = ["read", "write"]): Promise<Token> {
		return person.api.post<Token>("/tokens", { name: "example", scopes });
	}

	async connect(secret: string): Promise<void> {
		await this.page.getByLabel("Server").fill(this.relay.url);
		await this.page.getByLabel("Token").fill(secret);
		await this.page.getByRole("button", { name: "Connect" }).click();
	}

	get status() {
		return this.page.getByRole("status").first();
	}

	column(name: string) {
		return this.page.getByRole("region", { name });
	}

	tasks(column: string) {
		return this.column(column).getByRole("listitem");
	}

	async add(column: string, title: string): Promise<void> {
		const field = this.page.getByLabel(`New task in ${column}`);
		await field.fill(title);
		await field.press("Enter");
	}
}

export function testExample(path: "/react/index.html" | "/vue/index.html"): void {
	async function opened(world: World, examples: Examples) {
		const scene = await Scene.open(world, examples, path);
		const project = await makeProject(scene.people);
		await makeTask(scene.people.alice, project, "Here before");
		const token = await scene.token(scene.people.bob);
		await scene.connect(token.secret);
		await expect(scene.status).toHaveText("live");
		await expect(scene.tasks("To do")).toHaveText(["Here before"]);
		return { scene, project, token };
	}

	test("shows a project of another origin's server and follows it, by a token alone", async ({
		world,
		examples,
	}) => {
		const { scene, project } = await opened(world, examples);
		const { alice } = scene.people;
		const { page } = scene;
		await expect(page.getByRole("heading", { level: 1 })).toHaveText(project.name);
		const cookies: (string | undefined)[] = [];
		page.on("request", async (request) => cookies.push((await request.allHeaders())["cookie"]));

		await makeTask(alice, project, "Of Alice");
		await expect(scene.tasks("To do")).toHaveText(["Here before", "Of Alice"]);
		await expect(page.locator("output")).toHaveText(/task\.created by Alice/);
		const [task] = (await alice.api.get<{ items: { id: string }[] }>(`/projects/${project.id}/tasks`)).items;
		await alice.api.put(`/projects/${project.id}/tasks/${task?.id}/position`, {
			column_id: project.columns["Doing"],
			after: null,
		});
		await expect(scene.tasks("Doing")).toHaveCount(1);
		await expect(page.getByText("1 moves")).toBeVisible();

		await scene.add("Doing", "Of Bob");
		await expect(scene.tasks("Doing").last()).toHaveText("Of Bob");
		await expect.poll(async () => (await titles(alice, project))["Doing"]).toContain("Of Bob");
		await scene.tasks("Doing").last().getByRole("checkbox").check();
		// Where a done column is, completing takes the task there.
		await expect(scene.tasks("Done")).toHaveText(["Of Bob"]);
		await expect(scene.tasks("Done").getByRole("checkbox")).toBeChecked();
		expect(cookies.filter(Boolean)).toEqual([]);
	});

	test("shows an edit before the server has answered", async ({ world, examples }) => {
		const { scene, project } = await opened(world, examples);
		let answer: () => void = () => {};
		const answered = new Promise<void>((done) => {
			answer = done;
		});
		await scene.page.route("**/tasks", async (route) => {
			if (route.request().method() !== "POST") return route.continue();
			await answered;
			return route.continue();
		});
		await scene.add("To do", "At once");
		await expect(scene.tasks("To do")).toHaveText(["Here before", "At once"]);
		await expect(scene.tasks("To do").last().getByRole("checkbox")).toBeDisabled();
		expect((await titles(scene.people.alice, project))["To do"]).toEqual(["Here before"]);
		answer();
		await expect(scene.tasks("To do").last().getByRole("checkbox")).toBeEnabled();
		await expect(scene.tasks("To do")).toHaveText(["Here before", "At once"]);
	});

	test("goes on exactly where it was cut, and reads the board once", async ({ world, examples }) => {
		world.expectTrouble(/ERR_(CONNECTION|EMPTY|INCOMPLETE|SOCKET)/);
		let boards = 0;
		const { scene, project } = await opened(world, examples);
		const { page, relay } = scene;
		page.on("request", (request) => {
			if (request.method() === "GET" && request.url().endsWith("/board")) boards += 1;
		});
		await makeTask(scene.people.alice, project, "Before the cut");
		await expect(scene.tasks("To do")).toHaveText(["Here before", "Before the cut"]);
		relay.cut();
		await expect(scene.status).toHaveText("reconnecting");
		for (const title of ["First", "Second"]) await makeTask(scene.people.alice, project, title);
		relay.mend();
		await expect(scene.tasks("To do")).toHaveText(["Here before", "Before the cut", "First", "Second"]);
		await expect(scene.status).toHaveText("live");
		expect(boards).toBe(0);
		expect(relay.requests.at(-1)).toMatch(/last-event-id: \S+/i);
	});

	test("what a reader may not do is refused and taken back", async ({ world, examples }) => {
		world.expectTrouble(/status of 403/);
		const scene = await Scene.open(world, examples, path);
		const project = await makeProject(scene.people);
		await makeTask(scene.people.alice, project, "Here before");
		await scene.connect((await scene.token(scene.people.bob, ["read"])).secret);
		await expect(scene.tasks("To do")).toHaveText(["Here before"]);
		await scene.add("To do", "Not allowed");
		await expect(scene.column("To do").getByRole("alert")).not.toBeEmpty();
		await expect(scene.tasks("To do")).toHaveText(["Here before"]);
	});

	test("a project is gone when one is removed, and comes back with oneself", async ({ world, examples }) => {
		const { scene, project } = await opened(world, examples);
		const { alice, bob } = scene.people;
		const member = `/projects/${project.id}/members/${bob.id}`;
		await alice.api.delete(member);
		await expect(scene.page.getByRole("alert")).toHaveText(/not yours/);
		await expect(scene.page.getByText("Here before")).toHaveCount(0);
		await makeTask(alice, project, "Meanwhile");
		await alice.api.put(member, { role: "editor" });
		await expect(scene.tasks("To do")).toHaveText(["Here before", "Meanwhile"]);
	});

	test("a token that is revoked ends the stream, and nothing is asked any more", async ({
		world,
		examples,
	}) => {
		world.expectTrouble(/status of 401|ERR_(CONNECTION|EMPTY|INCOMPLETE)/);
		const { scene, token } = await opened(world, examples);
		const { bob } = scene.people;
		await bob.api.delete(`/tokens/${token.id}`);
		await expect(scene.status).toHaveText("signed_out");
		let asked = 0;
		scene.page.on("request", () => {
			asked += 1;
		});
		await scene.page.waitForTimeout(1500);
		expect(asked).toBe(0);
	});

	test("an origin that the server does not name reads nothing", async ({ world, examples }) => {
		world.expectTrouble(/CORS policy|ERR_FAILED/);
		const { server, people } = await world.another();
		const page = await (await world.browser(null)).newPage();
		await page.goto(`${examples.origin}${path}`);
		await makeProject(people);
		const { secret } = await people.bob.api.post<Token>("/tokens", { name: "example", scopes: ["read"] });
		await page.getByLabel("Server").fill(server.url);
		await page.getByLabel("Token").fill(secret);
		await page.getByRole("button", { name: "Connect" }).click();
		await expect(page.getByRole("status")).toHaveText("idle");
		await expect(page.getByRole("option")).toHaveCount(0);
	});
}
