// axe finds nothing on any screen, in both themes, on a desk and on a phone.
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { type Person, password } from "./support/people";
import { day, makeProject, makeTask, type Project } from "./support/projects";
import { expect, test, type World } from "./support/test";

test.describe.configure({ mode: "parallel" });
test.use({ contextOptions: { reducedMotion: "reduce" } });

/** A project in which everything occurs that a card or a bar can show. */
async function furnish(world: World): Promise<Project> {
	const { people } = world;
	const { alice, bob, charlie } = people;
	const columns = [
		{ name: "To do" },
		{ name: "Doing", wip_limit: 2 },
		{ name: "Empty" },
		{ name: "Done", kind: "done" },
	];
	const project = await makeProject(people, { columns, bob: "manager", charlie: "viewer" });
	const path = `/projects/${project.id}`;
	const colours = [
		"#c4413a",
		"#c7762b",
		"#a88b16",
		"#4b8f3f",
		"#1f8a7a",
		"#2f7fc1",
		"#6a5acd",
		"#b0488f",
		"#6b7280",
	];
	const labels: string[] = [];
	for (const colour of colours) {
		const label = await alice.api.post<{ id: string }>(`${path}/labels`, { name: `Label ${colour}`, colour });
		labels.push(label.id);
	}
	const doing = { column_id: project.columns["Doing"] };
	const done = { column_id: project.columns["Done"] };
	const full = await makeTask(alice, project, "Everything at once", {
		description: "Words, and https://example.com",
		assignee_ids: [alice.id, bob.id, charlie.id],
		label_ids: labels,
		priority: "urgent",
		start_on: day(-3),
		due_on: day(-1),
		estimate: 3,
	});
	for (const text of ["One", "Two"]) await alice.api.post(`${path}/tasks/${full.id}/checklist`, { text });
	const others = [
		await makeTask(alice, project, "Due today", { due_on: day(0), priority: "high", ...doing }),
		await makeTask(alice, project, "Due soon", { due_on: day(2), priority: "medium", ...doing }),
		await makeTask(alice, project, "Due later", { start_on: day(4), due_on: day(20), priority: "low" }),
	];
	await makeTask(alice, project, "Without any date", { assignee_ids: [bob.id] });
	for (const other of others) await alice.api.put(`${path}/tasks/${other.id}/dependencies/${full.id}`);
	const finished = await makeTask(alice, project, "Finished", {
		start_on: day(-9),
		due_on: day(-5),
		...done,
	});
	await alice.api.put(`${path}/tasks/${finished.id}/completion`);
	await alice.api.post(`${path}/milestones`, { name: "Opening", due_on: day(9) });
	return project;
}

test.describe("without an account", () => {
	test("signing in", async ({ world }) => {
		const page = await world.open(null, "/sign-in");
		await axeFindsNothing(page, async () => {
			await page.goto("/sign-in");
			await expect(page.getByRole("link", { name: "Create an account" })).toBeVisible();
		});
	});

	test("signing in with a wrong password", async ({ world }) => {
		world.expectTrouble(/status of 401/);
		const page = await world.open(null, "/sign-in");
		await axeFindsNothing(page, async () => {
			await page.goto("/sign-in");
			await page.getByLabel("E-mail").fill("bob@example.com");
			await page.getByLabel("Password").fill("not this one");
			await page.getByRole("button", { name: "Sign in" }).click();
			await expect(page.getByText("The e-mail address or the password is wrong.")).toBeVisible();
		});
	});

	test("signing up", async ({ world }) => {
		const page = await world.open(null, "/sign-up");
		await axeFindsNothing(page, async () => {
			await page.goto("/sign-up");
			await expect(page.getByLabel("Your name")).toBeVisible();
		});
	});

	test("an invitation", async ({ world, people }) => {
		const project = await makeProject(people);
		const path = `/projects/${project.id}/invitations`;
		const { secret } = await people.alice.api.post<{ secret: string }>(path, { role: "editor" });
		const page = await world.open(null, "/sign-in");
		await axeFindsNothing(page, async () => {
			await page.goto("about:blank");
			await page.goto(`/invite#${secret}`);
			await expect(page.getByRole("heading", { name: /You are invited/ })).toBeVisible();
		});
	});

	test("the first start, and the empty house after it", async ({ world }) => {
		const server = await world.fresh();
		await expect.poll(() => server.said).toMatch(/\/setup#\S+/);
		const link = /http:\S+\/setup#\S+/.exec(server.said)?.[0] ?? "";
		const page = await world.open(null, link);
		await axeFindsNothing(page, async () => {
			await page.goto("about:blank");
			await page.goto(link);
			await expect(page.getByLabel("Your name")).toBeVisible();
		});
		await page.getByLabel("Your name").fill("Alice");
		await page.getByLabel("E-mail").fill("alice@example.com");
		await page.getByLabel("Password").fill(password);
		await page.getByRole("button", { name: "Create an account" }).click();
		await axeFindsNothing(page, () => expect(page.getByText("No projects yet")).toBeVisible());
	});
});

/** Screens of somebody who is signed in: where they are, and by what one knows that they are there. */
const screens: Record<string, { path: (key: string) => string; there: (page: Page) => Promise<void> }> = {
	"the list of projects": {
		path: () => "/",
		there: (page) => expect(page.locator(".home-card").first()).toBeVisible(),
	},
	"creating a project": {
		path: () => "/",
		there: async (page) => {
			await page.getByRole("main").getByRole("button", { name: "New project" }).click();
			await expect(page.getByRole("dialog", { name: "Create a project" })).toBeVisible();
		},
	},
	"the board": {
		path: (key) => `/p/${key}/board`,
		there: (page) => expect(page.locator(".card").first()).toBeVisible(),
	},
	"the board with nothing that fits": {
		path: (key) => `/p/${key}/board?q=nothing-like-it`,
		there: (page) => expect(page.getByText("Nothing matches")).toBeVisible(),
	},
	"adding a task": {
		path: (key) => `/p/${key}/board`,
		there: async (page) => {
			await page.getByRole("button", { name: "Add a task to To do" }).click();
			await expect(page.getByRole("textbox", { name: "Add a task to To do" })).toBeFocused();
		},
	},
	"adding a task, with chips and suggestions": {
		path: (key) => `/p/${key}/board`,
		there: async (page) => {
			await page.getByRole("button", { name: /(Add a task|Go on adding) to To do/ }).click();
			const field = page.getByRole("textbox", { name: "Add a task to To do" });
			await field.fill("");
			await field.pressSequentially("Logo @bob !high #fun >fri @");
			await expect(page.getByRole("option").first()).toBeVisible();
		},
	},
	"the menu of a card": {
		path: (key) => `/p/${key}/board`,
		there: async (page) => {
			await page.locator(".card-link").first().focus();
			await page.locator(".card").first().click({ button: "right" });
			await expect(page.getByRole("menu")).toBeVisible();
		},
	},
	"the dialog of a task": {
		path: (key) => `/p/${key}/board/1`,
		there: (page) => expect(page.getByRole("dialog").getByText("Words, and")).toBeVisible(),
	},
	"a picker in the dialog": {
		path: (key) => `/p/${key}/board/1`,
		there: async (page) => {
			// The board behind has a button of that name too.
			await page
				.getByRole("dialog")
				.getByRole("button", { name: /^Labels/ })
				.click();
			const list = page.getByRole("listbox", { name: "Labels of this task" });
			await expect(list.getByRole("option").first()).toBeVisible();
		},
	},
	"a calendar in the dialog": {
		path: (key) => `/p/${key}/board/1`,
		there: async (page) => {
			await page.getByRole("button", { name: "Calendar for Due" }).click();
			await expect(page.getByRole("grid")).toBeVisible();
		},
	},
	"a list in the dialog": {
		path: (key) => `/p/${key}/board/1`,
		there: async (page) => {
			await page.getByRole("combobox", { name: "Column" }).click();
			await expect(page.getByRole("option").first()).toBeVisible();
		},
	},
	"the timeline": {
		path: (key) => `/p/${key}/timeline`,
		there: (page) => expect(page.locator("[data-bar]").first()).toBeVisible(),
	},
	"the dialog over the timeline": {
		path: (key) => `/p/${key}/timeline/1`,
		there: (page) => expect(page.getByRole("dialog").getByText("Words, and")).toBeVisible(),
	},
	"the members": {
		path: (key) => `/p/${key}/members`,
		there: (page) => expect(page.getByRole("heading", { name: "Invitations" })).toBeVisible(),
	},
	inviting: {
		path: (key) => `/p/${key}/members`,
		there: async (page) => {
			await page.getByRole("button", { name: "Invite", exact: true }).click();
			await expect(page.getByRole("button", { name: "Create the link" })).toBeVisible();
		},
	},
	"removing somebody": {
		path: (key) => `/p/${key}/members`,
		there: async (page) => {
			await page.getByRole("button", { name: "Remove Charlie" }).click();
			await expect(page.getByRole("dialog")).toBeVisible();
		},
	},
	"the settings": {
		path: (key) => `/p/${key}/settings`,
		there: (page) => expect(page.getByRole("button", { name: "Save" })).toBeVisible(),
	},
	"the account": {
		path: () => "/account",
		there: (page) => expect(page.getByLabel("Current password")).toBeVisible(),
	},
	"the ways of being told": {
		path: () => "/account/notifications",
		there: (page) => expect(page.getByRole("heading", { name: "Notify me on this device" })).toBeVisible(),
	},
	"the sessions": {
		path: () => "/account/sessions",
		there: (page) => expect(page.getByText("This one")).toBeVisible(),
	},
	"the tokens": {
		path: () => "/account/tokens",
		there: (page) => expect(page.getByRole("button", { name: "New token" })).toBeVisible(),
	},
	"the notifications": {
		path: () => "/notifications",
		there: (page) => expect(page.getByRole("main")).toContainText(/Nothing yet|unread|Everything is read/),
	},
	"the administration": {
		path: () => "/admin",
		there: (page) => expect(page.getByText("bob@example.com")).toBeVisible(),
	},
	"the palette on a card": {
		path: (key) => `/p/${key}/board`,
		there: async (page) => {
			await page.locator(".card-link").first().focus();
			await page.keyboard.press("Control+k");
			await expect(page.getByRole("option").first()).toBeVisible();
		},
	},
	"what a move does to the dependents": {
		path: (key) => `/p/${key}/timeline`,
		there: async (page) => {
			await page.getByRole("button", { name: /^Dependents:/ }).click();
			await expect(page.getByRole("menuitemradio").first()).toBeVisible();
		},
	},
	"the shortcuts": {
		path: () => "/",
		there: async (page) => {
			await expect(page.locator(".home-card").first()).toBeVisible();
			await page.keyboard.press("?");
			await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
		},
	},
	"a page that is not there": {
		path: () => "/nowhere",
		there: (page) => expect(page.getByText("There is no such page")).toBeVisible(),
	},
};

test.describe("signed in", () => {
	for (const [name, { path, there }] of Object.entries(screens)) {
		test(name, async ({ world, people }) => {
			const project = await furnish(world);
			const page = await open(world, people.alice);
			await axeFindsNothing(page, async () => {
				await page.goto(path(project.key));
				await there(page);
			});
		});
	}

	test("the notifications with some of them", async ({ world, people }) => {
		await furnish(world);
		const page = await open(world, people.bob);
		await axeFindsNothing(page, async () => {
			await page.goto("/notifications");
			await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
		});
	});

	for (const [name, path, there] of [
		["the board", "board", (page: Page) => page.locator(".card").first()],
		["a task", "board/1", (page: Page) => page.getByRole("dialog").getByText("Words, and")],
		["the timeline", "timeline", (page: Page) => page.locator("[data-bar]").first()],
		["the members", "members", (page: Page) => page.getByRole("heading", { name: /people/ })],
		["the settings", "settings", (page: Page) => page.getByText("Managers and owners can change this.")],
	] as const) {
		test(`${name}, to somebody who may only read`, async ({ world, people }) => {
			const { key } = await furnish(world);
			const page = await open(world, people.charlie);
			await axeFindsNothing(page, async () => {
				await page.goto(`/p/${key}/${path}`);
				await expect(there(page)).toBeVisible();
			});
		});
	}
});

async function open(world: World, person: Person): Promise<Page> {
	return (await world.browser(person)).newPage();
}
