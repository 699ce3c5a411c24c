// What a page asks for when it is opened again does not wait for what it can do without.
import type { Page, Route } from "@playwright/test";
import { Board } from "./support/board";
import { password } from "./support/people";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";

/** Answers to this wait until they are let go. */
async function hold(page: Page, path: RegExp): Promise<() => void> {
	let letGo = () => {};
	const free = new Promise<void>((done) => {
		letGo = done;
	});
	await page.route(path, async (route: Route) => {
		await free;
		await route.continue();
	});
	return letGo;
}

test("a board that is opened again is asked for before it is known who asks", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Here");
	const page = await world.open(people.bob, `/p/${project.key}/board`);
	const board = new Board(page);
	await expect(board.card("Here")).toBeVisible();

	const letGo = await hold(page, /\/api\/v1\/session$/);
	const asked: string[] = [];
	page.on("request", (request) => asked.push(new URL(request.url()).pathname));
	const snapshot = page.waitForResponse((response) => response.url().endsWith(`${project.id}/board`));
	await page.reload();
	await snapshot;
	await expect(board.card("Here")).toHaveCount(0);
	letGo();
	await expect(board.card("Here")).toBeVisible();
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	expect(asked.filter((path) => path.endsWith("/board") && path.startsWith("/api/"))).toHaveLength(1);
	expect(asked.filter((path) => path.endsWith("/projects"))).toHaveLength(1);
});

test("after signing out nothing is asked ahead, and whoever comes next sees what is theirs", async ({
	world,
	people,
}) => {
	// What the list of projects asks for behind the first screen may be on its way when the session ends.
	world.expectTrouble(/status of 401.*\/(trash|reports\/[a-z-]+)\?/);
	const project = await makeProject(people, { charlie: null });
	await makeTask(people.alice, project, "Not for Charlie");
	const page = await world.open(null, "/sign-in");
	const signIn = async (email: string) => {
		await page.getByLabel("E-mail").fill(email);
		await page.getByLabel("Password").fill(password);
		await page.getByRole("button", { name: "Sign in" }).click();
		await expect(page.getByRole("heading", { name: "All projects" })).toBeVisible();
	};
	await signIn(people.bob.email);
	await page.getByRole("button", { name: people.bob.name }).click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
	const asked: string[] = [];
	page.on("request", (request) => asked.push(new URL(request.url()).pathname));
	// Any refused request but the one for the session would be said in the console, and fail this test.
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
	expect(asked.filter((path) => path.endsWith("/projects"))).toEqual([]);
	await page.goto("/sign-in");
	await signIn(people.charlie.email);
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByText("This project is not here")).toBeVisible();
});
