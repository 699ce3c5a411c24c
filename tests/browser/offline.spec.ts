// The page without a server: it opens as it last was and says so, edits wait and arrive once, and nothing of it is left for
// others.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { Board } from "./support/board";
import { chromium as browserPath, headlessShell, launched } from "./support/chromium";
import { type Person, password } from "./support/people";
import { makeProject, makeTask, type Project, titles } from "./support/projects";
import { expect, test, type World } from "./support/test";

// A page is kept a few seconds after it is shown, and several pages of each test have to be.
test.describe.configure({ timeout: 90_000 });

const banner = (page: Page) => page.locator(".last-shown");
const pill = (page: Page) => page.locator(".pill");

/** A browser whose pages may have a worker, as all have outside of tests. */
function device(world: World, person: Person | null): Promise<BrowserContext> {
	world.expectTrouble(
		/ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_CONNECTION|ERR_FAILED|ERR_INCOMPLETE|ERR_EMPTY|ERR_SOCKET|Failed to fetch/,
	);
	return world.browser(person, { serviceWorkers: "allow" });
}

/** What the browser's database has: the keys of all that was kept. */
function keys(page: Page): Promise<string[][]> {
	return page.evaluate(async () => {
		const known = await indexedDB.databases();
		if (!known.some(({ name }) => name === "boardcast-last")) return [];
		return new Promise<string[][]>((resolve, reject) => {
			const opening = indexedDB.open("boardcast-last");
			opening.onerror = () => reject(opening.error);
			opening.onsuccess = () => {
				const db = opening.result;
				if (!db.objectStoreNames.contains("last")) {
					db.close();
					return resolve([]);
				}
				const asking = db.transaction("last").objectStore("last").getAllKeys();
				asking.onsuccess = () => {
					db.close();
					resolve(asking.result as unknown as string[][]);
				};
			};
		});
	});
}

/** Until the worker has the page with all its files, and the project is kept. */
async function isKept(page: Page, person: Person, ...projects: Project[]): Promise<void> {
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
	await expect
		.poll(async () => {
			const heads = (await keys(page)).filter((key) => key[0] === person.id && key[2] === "");
			const known = (await keys(page)).some((key) => key[0] === person.id && key[1] === "");
			return known && projects.every(({ id }) => heads.some((key) => key[1] === id));
		})
		.toBe(true);
}

async function open(context: BrowserContext, person: Person, project: Project): Promise<Page> {
	const page = await context.newPage();
	await page.goto(`/p/${project.key}/board`);
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	await isKept(page, person, project);
	return page;
}

test("without a network the page opens as it last was, in every view, and says since when", async ({
	world,
	people,
}) => {
	const { alice } = people;
	const project = await makeProject(people);
	const day = new Date().toISOString().slice(0, 10);
	await makeTask(alice, project, "Still here", { start_on: day, due_on: day });
	const context = await device(world, alice);
	const page = await open(context, alice, project);
	await makeTask(alice, project, "Came by the stream", { due_on: day });
	await expect(new Board(page).card("Came by the stream")).toBeVisible();
	// What has come since is kept a little later.
	await expect.poll(async () => (await keys(page)).some((key) => key[3] === "patch")).toBe(true);

	await context.setOffline(true);
	await page.reload();
	await expect(new Board(page).card("Still here")).toBeVisible();
	await expect(new Board(page).card("Came by the stream")).toBeVisible();
	await expect(banner(page)).toContainText(/Offline: as of \d\d:\d\d/);
	await expect(pill(page)).toContainText("Offline");
	for (const view of ["table", "calendar", "timeline"]) {
		await page.goto(`/p/${project.key}/${view}`);
		await expect(page.getByText("Still here").first()).toBeVisible();
		await expect(banner(page)).toBeVisible();
	}
	await page.goto("/");
	await expect(page.getByRole("main").getByText(project.name, { exact: true })).toBeVisible();

	await makeTask(alice, project, "Made meanwhile");
	await page.goto(`/p/${project.key}/board`);
	await expect(new Board(page).card("Still here")).toBeVisible();
	const read: string[] = [];
	page.on("response", (answer) => {
		const { pathname, search } = new URL(answer.url());
		if (pathname.includes(project.id)) read.push(pathname.split("/").at(-1) + search);
	});
	await context.setOffline(false);
	await expect(new Board(page).card("Made meanwhile")).toBeVisible();
	await expect(banner(page)).toHaveCount(0);
	await expect(pill(page)).toHaveAttribute("data-state", "live");
	// It goes on exactly where it was.
	expect(read.filter((one) => one.startsWith("board"))).toEqual([]);
	expect(read.some((one) => /^events\?cursor=/.test(one))).toBe(true);
});

test("edits that are made without a server outlive reloads, and arrive once", async ({ world }) => {
	const { server, people } = await world.another();
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Rename me");
	await makeTask(alice, project, "Move me");
	const context = await device(world, bob);
	const page = await open(context, bob, project);
	const board = new Board(page);

	await server.kill();
	await page.reload();
	await expect(banner(page)).toContainText("Offline: as of");
	await expect(board.card("Rename me")).toBeVisible();
	await board.add("Doing", "Made without a server");
	await board.drag("Move me", board.column("Done").locator(".column-cards"), "middle");
	await expect(pill(page)).toContainText("2 changes waiting");
	const asked: string[] = [];
	page.on("dialog", (dialog) => {
		asked.push(dialog.type());
		void dialog.accept();
	});
	await page.reload();
	expect(asked, "leaving with unsent edits asks").toEqual(["beforeunload"]);
	await expect(pill(page)).toContainText("2 changes waiting");
	await expect(board.column("Done").locator(".card")).toHaveText(/Move me/);
	await expect(board.column("Doing").locator(".card")).toHaveText(/Made without a server/);

	await server.restart();
	await pill(page)
		.getByRole("button", { name: "Retry now" })
		.click({ timeout: 2000 })
		.catch(() => undefined);
	await expect(pill(page)).toHaveAttribute("data-state", "live", { timeout: 20_000 });
	await expect(banner(page)).toHaveCount(0);
	await board.agrees(alice, project);
	expect(await titles(alice, project)).toEqual({
		"To do": ["Rename me"],
		Doing: ["Made without a server"],
		Done: ["Move me"],
	});
});

test("the browser itself is started again without a network, and all is still there", async ({
	world,
	people,
}) => {
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "From before");
	const folder = mkdtempSync(join(tmpdir(), "boardcast-profile-"));
	const start = () =>
		chromium.launchPersistentContext(folder, {
			...launched(headlessShell ?? browserPath()),
			baseURL: world.server.url,
			serviceWorkers: "allow",
			viewport: { width: 1280, height: 800 },
		});
	let context = await start();
	try {
		let page = await context.newPage();
		await page.goto("/sign-in");
		await page.getByLabel("E-mail").fill(bob.email);
		await page.getByLabel("Password").fill(password);
		await page.getByRole("button", { name: "Sign in" }).click();
		await expect(page).toHaveURL("/");
		await page.goto(`/p/${project.key}/board`);
		await expect(pill(page)).toHaveAttribute("data-state", "live");
		await isKept(page, bob, project);
		await context.setOffline(true);
		await new Board(page).add("To do", "Typed in a train");
		await expect(pill(page)).toContainText("1 change waiting");
		await context.close();

		context = await start();
		await context.setOffline(true);
		page = await context.newPage();
		await page.goto(`/p/${project.key}/board`);
		await expect(banner(page)).toContainText("Offline: as of");
		await expect(new Board(page).card("From before")).toBeVisible();
		await expect(new Board(page).card("Typed in a train")).toBeVisible();
		await expect(pill(page)).toContainText("1 change waiting");
		await context.setOffline(false);
		await expect(pill(page)).toHaveAttribute("data-state", "live");
		await new Board(page).agrees(alice, project);
		expect((await titles(alice, project))["To do"]).toEqual(["From before", "Typed in a train"]);
	} finally {
		await context.close();
		rmSync(folder, { recursive: true, force: true });
	}
});

/** Signs in as a person does, in a session of its own. */
async function signIn(page: Page, person: Person): Promise<void> {
	await page.goto("/sign-in");
	await page.getByLabel("E-mail").fill(person.email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page.getByRole("link", { name: /^Notifications/ }).first()).toBeVisible();
}

test("who was removed meanwhile sees nothing of the project once that is known, and hears of the edits", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 404/);
	const { alice, charlie } = people;
	const project = await makeProject(people, { name: "Night shift" });
	await makeTask(alice, project, "Count the stars");
	const context = await device(world, charlie);
	const page = await open(context, charlie, project);
	await context.setOffline(true);
	await page.reload();
	await expect(new Board(page).card("Count the stars")).toBeVisible();
	await new Board(page).add("To do", "Unsent one", "Unsent two");
	await expect(pill(page)).toContainText("2 changes waiting");
	await alice.api.delete(`/projects/${project.id}/members/${charlie.id}`);
	await context.setOffline(false);
	await expect(page.locator(".lost-projects")).toContainText(
		"“Night shift” was deleted, or you are no longer a member",
	);
	await expect(page.locator(".lost-projects")).toContainText("2 changes of yours were not saved");
	await expect(page).toHaveURL("/");
	await expect(page.getByText(/Count the stars|Unsent/)).toHaveCount(0);
	await expect(pill(page)).not.toContainText("waiting");
	expect((await titles(alice, project))["To do"]).toEqual(["Count the stars"]);
	await expect.poll(async () => (await keys(page)).filter((key) => key.includes(project.id))).toEqual([]);
	await context.setOffline(true);
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByText("This project is not here")).toBeVisible();
	await expect(page.getByText(/Count the stars|Unsent/)).toHaveCount(0);
});

test("signing out leaves nothing behind, and the next person sees nothing of it", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 40[14]/);
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { charlie: null });
	await makeTask(alice, project, "For two pairs of eyes");
	const context = await device(world, null);
	const page = await context.newPage();
	await signIn(page, bob);
	await page.goto(`/p/${project.key}/board`);
	await isKept(page, bob, project);
	await page.locator(".sidebar-me").click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await expect(page).toHaveURL("/sign-in");
	await expect.poll(() => keys(page)).toEqual([]);
	await context.setOffline(true);
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByRole("heading", { name: "The server cannot be reached" })).toBeVisible();
	await context.setOffline(false);

	await signIn(page, charlie);
	await context.setOffline(true);
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByText("For two pairs of eyes")).toHaveCount(0);
});

test("when the session has ended meanwhile, nothing is left after that is known", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 401/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Ends with the session");
	const context = await device(world, null);
	const page = await context.newPage();
	await signIn(page, bob);
	await page.goto(`/p/${project.key}/board`);
	await isKept(page, bob, project);
	await context.setOffline(true);
	await page.reload();
	await expect(new Board(page).card("Ends with the session")).toBeVisible();
	const [cookie] = await context.cookies();
	const ended = await fetch(`${world.server.url}/api/v1/session`, {
		method: "DELETE",
		headers: { Cookie: `${cookie?.name}=${cookie?.value}`, Origin: new URL(world.server.url).origin },
	});
	expect(ended.status).toBe(204);
	await context.setOffline(false);
	await expect(page).toHaveURL(/sign-in/);
	await expect(page.getByText("Ends with the session")).toHaveCount(0);
	await expect.poll(() => keys(page)).toEqual([]);
	await context.setOffline(true);
	await page.goto(`/p/${project.key}/board`);
	await expect(page.getByRole("heading", { name: "The server cannot be reached" })).toBeVisible();
});

test("a browser that was handed on shows nothing of who had it before", async ({ world, people }) => {
	world.expectTrouble(/status of 404/);
	const { alice, bob, charlie } = people;
	const project = await makeProject(people, { charlie: null });
	await makeTask(alice, project, "Only for members");
	const context = await device(world, bob);
	const page = await open(context, bob, project);
	await context.setOffline(true);
	await page.reload();
	await expect(new Board(page).card("Only for members")).toBeVisible();
	// The cookie is that of another person by the time the server can be reached.
	const [name = "", value = ""] = charlie.api.cookie.split("=");
	await context.addCookies([{ name, value, url: world.server.url, httpOnly: true, sameSite: "Lax" }]);
	await context.setOffline(false);
	await expect(page.getByText("This project is not here")).toBeVisible();
	await expect(page.getByText("Only for members")).toHaveCount(0);
	await expect.poll(async () => (await keys(page)).filter((key) => key[0] === bob.id)).toEqual([]);
});

test("what both have changed is shown as yours and theirs, and all else is merged without a word", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 412/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	const both = await makeTask(alice, project, "Both rename and move it");
	const apart = await makeTask(alice, project, "Each changes another thing");
	const placed = await makeTask(alice, project, "Alice only puts it on top");
	const context = await device(world, bob);
	const page = await open(context, bob, project);
	const board = new Board(page);
	await context.setOffline(true);
	await page.reload();
	await expect(banner(page)).toBeVisible();
	const rename = async (from: string, to: string) => {
		await board.link(from).focus();
		await page.keyboard.press("e");
		await page.locator(".card-edit textarea, .card textarea").fill(to);
		await page.keyboard.press("Enter");
	};
	await rename("Both rename and move it", "Bob's title");
	await board.drag("Bob's title", board.column("Done").locator(".column-cards"), "middle");
	await rename("Each changes another thing", "Bob renames it");
	await board.drag("Alice only puts it on top", board.column("Doing").locator(".column-cards"), "middle");
	await expect(pill(page)).toContainText("4 changes waiting");

	const path = `/projects/${project.id}/tasks`;
	await alice.api.patch(`${path}/${both.id}`, { title: "Alice's title" });
	await alice.api.put(`${path}/${both.id}/position`, { column_id: project.columns["Doing"], after: null });
	await alice.api.patch(`${path}/${apart.id}`, { priority: "high" });
	await alice.api.put(`${path}/${placed.id}/position`, { column_id: project.columns["To do"], after: null });
	await context.setOffline(false);

	const asked = page.locator(".toast-typed");
	await expect(asked).toHaveCount(2);
	const title = asked.filter({ hasText: "Title of" });
	await expect(title).toContainText("Alice's title");
	await expect(title).toContainText("Bob's title");
	const column = asked.filter({ hasText: `Column of ${project.key}-1` });
	await expect(column.locator("dd")).toHaveText(["Doing", "Done"]);
	await expect(board.card("Bob renames it")).toBeVisible();
	await column.getByRole("button", { name: "Use mine" }).click();
	await title.getByRole("button", { name: "Keep theirs" }).click();
	await expect(asked).toHaveCount(0);
	await board.agrees(alice, project);
	expect(await titles(alice, project)).toEqual({
		"To do": ["Bob renames it"],
		Doing: ["Alice only puts it on top"],
		Done: ["Alice's title"],
	});
	expect((await alice.api.get<{ priority: string }>(`${path}/${apart.id}`)).priority).toBe("high");
});

test("with a broken, a full or no database the page works as without", async ({ world, people }) => {
	const { alice } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Comes what may");
	const context = await device(world, alice);
	const page = await open(context, alice, project);
	// Other programs, and disks, put nonsense into it.
	await page.evaluate(async (id) => {
		const db = await new Promise<IDBDatabase>((resolve) => {
			const opening = indexedDB.open("boardcast-last");
			opening.onsuccess = () => resolve(opening.result);
		});
		const store = db.transaction("last", "readwrite").objectStore("last");
		const asking = store.getAllKeys();
		await new Promise<void>((done) => {
			asking.onsuccess = () => {
				for (const key of asking.result as unknown as string[][])
					if (key[1] === id && key[3] === "slice") store.put({ tasks: [{ id: 7 }], columns: "?" }, key);
				store.transaction.oncomplete = () => done();
			};
		});
		db.close();
	}, project.id);
	await context.setOffline(true);
	await page.reload();
	await expect(page.getByText("The server cannot be reached").first()).toBeVisible();
	await context.setOffline(false);
	await page.reload();
	await expect(new Board(page).card("Comes what may")).toBeVisible();

	for (const trouble of ["none", "full"]) {
		const other = await device(world, alice);
		await other.addInitScript((trouble) => {
			if (location.protocol === "about:") return;
			const refuse = () => {
				throw new DOMException(trouble, trouble === "full" ? "QuotaExceededError" : "SecurityError");
			};
			if (trouble === "full") IDBObjectStore.prototype.put = refuse;
			else IDBFactory.prototype.open = IDBFactory.prototype.deleteDatabase = refuse;
		}, trouble);
		const there = await other.newPage();
		await there.goto(`/p/${project.key}/board`);
		await there.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
		const board = new Board(there);
		await board.add("Doing", `Added with ${trouble}`);
		await board.agrees(alice, project);
		await other.setOffline(true);
		await there.reload();
		await expect(there.getByText("The server cannot be reached").first()).toBeVisible();
		await other.setOffline(false);
		await there.getByRole("button", { name: "Try again" }).click();
		await expect(board.card(`Added with ${trouble}`)).toBeVisible();
	}
});

test("the worker keeps the page's own files and nothing else, and no older page outlives a newer one", async ({
	world,
	people,
}) => {
	const { alice } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Fresh from the server");
	const context = await device(world, alice);
	const page = await open(context, alice, project);
	const caches = () =>
		page.evaluate(async () => {
			const names = await globalThis.caches.keys();
			const all = await Promise.all(names.map(async (name) => (await globalThis.caches.open(name)).keys()));
			return { names, paths: all.flat().map(({ url }) => new URL(url).pathname) };
		});
	const kept = await caches();
	expect(kept.names).toHaveLength(1);
	expect(kept.paths).toContain("/");
	expect(kept.paths.filter((path) => path !== "/" && !path.startsWith("/assets/"))).toEqual([]);
	for (const part of ["first", "soon", "edits", "last", "table", "timeline", "calendar"])
		expect(
			kept.paths.some((path) => path.startsWith(`/assets/${part}-`)),
			part,
		).toBe(true);
	// What was used once is kept too.
	await page.goto(`/p/${project.key}/reports`);
	await expect.poll(async () => (await caches()).paths.some((path) => path.includes("/reports-"))).toBe(true);

	// A page of an earlier version lies in this cache and in one of its own.
	await page.evaluate(async () => {
		const old = () => new Response("<h1>An older page</h1>", { headers: { "Content-Type": "text/html" } });
		for (const name of [...(await globalThis.caches.keys()), "boardcast-older"])
			await (await globalThis.caches.open(name)).put("/", old());
	});
	await page.goto(`/p/${project.key}/board`);
	await expect(new Board(page).card("Fresh from the server")).toBeVisible();
	await expect(page.getByText("An older page")).toHaveCount(0);
	await page.evaluate(async () => {
		for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
	});
	// A worker ends with the last page that it serves.
	await page.goto("about:blank");
	await page.goto(`/p/${project.key}/board`);
	await expect.poll(async () => (await caches()).names).toEqual(kept.names);
	await context.setOffline(true);
	await page.reload();
	await expect(new Board(page).card("Fresh from the server")).toBeVisible();
});

test("a server that does not answer, or a gateway in its place, does not keep the page from opening", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 50/);
	const { alice } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Patience");
	const context = await device(world, alice);
	const page = await open(context, alice, project);
	for (const trouble of ["silence", "gateway"]) {
		await page.route("**/api/v1/**", (route) =>
			trouble === "silence" ? undefined : route.fulfill({ status: 502, body: "<h1>Bad gateway</h1>" }),
		);
		await page.reload();
		await expect(new Board(page).card("Patience")).toBeVisible();
		await expect(banner(page)).toContainText("Offline: as of");
		await page.unrouteAll({ behavior: "ignoreErrors" });
		await pill(page)
			.getByRole("button", { name: "Retry now" })
			.click({ timeout: 3000 })
			.catch(() => undefined);
		await expect(pill(page)).toHaveAttribute("data-state", "live", { timeout: 30_000 });
		await expect(banner(page)).toHaveCount(0);
	}
});
