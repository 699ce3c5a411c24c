// The installed page: what a browser needs to install it, what works without a network, and news while no page is open.
//
// Chromium without a window has no push service. `pushManager` and the permission are stood in for at the browser's edge, in
// the page; the server, its answers and the service worker are the real ones, and a message is handed to the worker by the
// browser's own tools for developers, as its push service would.
import type { BrowserContext, CDPSession, Page, Worker } from "@playwright/test";
import { chromium, launched } from "./support/chromium";
import { type Person, password } from "./support/people";
import { makeProject, makeTask } from "./support/projects";
import { expect, test, type World } from "./support/test";

// The headless shell can hand no message to a worker.
test.use({ launchOptions: launched(chromium()) });

/** A point on the curve P-256, and 16 bytes. */
const keys = {
	p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
	auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

interface StandIn {
	permission: NotificationPermission;
	/** What the person answers when they are asked. */
	answer: NotificationPermission;
	endpoint: string;
}

/** A browser whose pages may have a worker, and whose push is stood in for. */
async function device(
	world: World,
	person: Person | null,
	wanted: Partial<StandIn> = {},
): Promise<BrowserContext> {
	const context = await world.browser(person, { serviceWorkers: "allow" });
	const standIn = { permission: "default", answer: "granted", endpoint: "https://push.invalid/1", ...wanted };
	await context.addInitScript(
		({ standIn, keys }) => {
			// The empty page before the first one.
			if (location.protocol === "about:") return;
			const calls: string[] = [];
			Object.assign(globalThis, { pushCalls: calls });
			let permission = sessionStorage.getItem("permission") ?? standIn.permission;
			Object.defineProperty(Notification, "permission", { get: () => permission });
			Notification.requestPermission = async () => {
				calls.push(navigator.userActivation.isActive ? "asked by a press" : "asked by itself");
				permission = standIn.answer;
				sessionStorage.setItem("permission", permission);
				return permission as NotificationPermission;
			};
			// The browser keeps its part of a subscription over reloads.
			const read = () => {
				const key = localStorage.getItem("standInKey");
				if (key === null) return null;
				const bytes = Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
					c.charCodeAt(0),
				);
				return {
					endpoint: standIn.endpoint,
					options: { applicationServerKey: bytes.buffer, userVisibleOnly: true },
					toJSON: () => ({ endpoint: standIn.endpoint, expirationTime: null, keys }),
					unsubscribe: async () => {
						calls.push("unsubscribed");
						localStorage.removeItem("standInKey");
						return true;
					},
				};
			};
			PushManager.prototype.getSubscription = async () => read() as unknown as PushSubscription;
			PushManager.prototype.subscribe = async (options) => {
				if (permission !== "granted") throw new DOMException("no permission", "NotAllowedError");
				if (!options?.userVisibleOnly) throw new Error("browsers refuse silent push");
				calls.push("subscribed");
				localStorage.setItem("standInKey", String(options.applicationServerKey));
				return read() as unknown as PushSubscription;
			};
		},
		{ standIn, keys },
	);
	return context;
}

const calls = (page: Page) =>
	page.evaluate(() => (globalThis as unknown as { pushCalls: string[] }).pushCalls);

async function openSettings(context: BrowserContext): Promise<Page> {
	const page = await context.newPage();
	await page.goto("/account/notifications");
	await expect(page.getByRole("heading", { name: "Notify me on this device" })).toBeVisible();
	return page;
}

/** Until the worker has the page. */
async function controlled(page: Page): Promise<void> {
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

const pushOf = (person: Person) =>
	person.api.get<{
		subscription: { endpoint: string } | null;
		subscription_count: number;
		show_texts: boolean;
	}>("/me/push");

test("a browser can install it", async ({ world, people }) => {
	const context = await device(world, people.alice);
	const page = await context.newPage();
	await page.goto("/");
	await controlled(page);
	const session = await context.newCDPSession(page);
	const { errors, data = "", url } = await session.send("Page.getAppManifest");
	expect(errors).toEqual([]);
	expect(new URL(url).pathname).toBe("/manifest.webmanifest");
	const manifest = JSON.parse(data);
	expect(manifest).toMatchObject({ name: "Boardcast", display: "standalone", start_url: "/", scope: "/" });
	const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
	// Every browser of a test is a private one.
	expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
	const purposes = new Set<string>();
	for (const { src, sizes, type, purpose } of manifest.icons) {
		const answer = await page.request.get(src);
		expect(answer.headers()["content-type"]).toBe(type);
		purposes.add(`${sizes} ${purpose ?? "any"}`);
		if (type !== "image/png") continue;
		const size = await page.evaluate(async (address) => {
			const picture = await createImageBitmap(await (await fetch(address)).blob());
			return `${picture.width}x${picture.height}`;
		}, src);
		expect(size).toBe(sizes);
	}
	for (const one of ["192x192 any", "512x512 any", "512x512 maskable"]) expect(purposes).toContain(one);
	const icon = await page.locator('link[rel="apple-touch-icon"]').getAttribute("href");
	expect((await page.request.get(icon ?? "")).headers()["content-type"]).toBe("image/png");
});

test("the worker begins when the board stands, and leaves streams and the API alone", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Seen soon");
	const context = await device(world, people.bob);
	const page = await context.newPage();
	const order: string[] = [];
	context.on("request", (request) => {
		const { pathname } = new URL(request.url());
		if (/\/board$|\/sw\.js$/.test(pathname) && request.resourceType() !== "document") order.push(pathname);
	});
	await page.goto(`/p/${project.key}/board`);
	await expect(page.locator(".card")).toHaveCount(1);
	await controlled(page);
	expect(order.findIndex((path) => path === "/sw.js")).toBeGreaterThan(
		order.findIndex((path) => path.endsWith("/board")),
	);
	await page.reload();
	await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	const served = await page.evaluate(() =>
		(performance.getEntriesByType("resource") as PerformanceResourceTiming[]).map(
			({ name, workerStart, transferSize }) => ({
				path: new URL(name).pathname,
				byWorker: workerStart > 0 && transferSize === 0,
			}),
		),
	);
	for (const { path, byWorker } of served) {
		if (path.startsWith("/api/")) expect(byWorker, path).toBe(false);
	}
	await makeTask(people.alice, project, "Through the stream");
	await expect(page.locator(".card")).toHaveCount(2);
});

test("a person turns push on for a device, and off", async ({ world, people }) => {
	const context = await device(world, people.alice);
	const page = await openSettings(context);
	await expect(page.getByText("Push reaches no device of yours yet")).toBeVisible();
	await expect(page.getByText("told of nothing while Boardcast is closed")).toBeVisible();
	expect(await calls(page)).toEqual([]);
	await page.getByRole("button", { name: "Turn on" }).click();
	await expect(page.getByText("1 device of yours is told in all")).toBeVisible();
	expect(await calls(page)).toEqual(["asked by a press", "subscribed"]);
	const seen = await page.request.get("/api/v1/me/push");
	expect((await seen.json()).subscription.endpoint).toBe("https://push.invalid/1");
	await expect(page.getByText("Push reaches no device")).toBeHidden();

	const texts = page.getByRole("checkbox", { name: "Show what happened in push messages" });
	await expect(texts).not.toBeChecked();
	await texts.check();
	await expect.poll(async () => (await pushOf(people.alice)).show_texts).toBe(true);
	const mentioned = page.getByLabel("Somebody mentions you: Push");
	await expect(mentioned).toBeChecked();
	await mentioned.uncheck();
	await page.reload();
	await expect(mentioned).not.toBeChecked();
	await expect(texts).toBeChecked();
	await expect(page.getByRole("button", { name: "Turn off" })).toBeVisible();
	expect(await calls(page), "nothing is asked or done again").toEqual([]);

	await page.getByRole("button", { name: "Turn off" }).click();
	await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
	expect(await calls(page)).toEqual(["unsubscribed"]);
	await expect.poll(async () => (await pushOf(people.alice)).subscription_count).toBe(0);
	await mentioned.check();
	await texts.uncheck();
});

test("the next session of the same person in the same browser is told again, and another person's is not", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 401/);
	// In a session of its own: the one of the other tests goes on.
	const context = await device(world, null);
	const page = await context.newPage();
	const signIn = async (person: Person) => {
		await page.goto("/sign-in");
		await page.getByLabel("E-mail").fill(person.email);
		await page.getByLabel("Password").fill(password);
		await page.getByRole("button", { name: "Sign in" }).click();
		await expect(page.getByRole("link", { name: /^Notifications/ }).first()).toBeVisible();
	};
	const signOut = async () => {
		const { origin } = new URL(page.url());
		await page.request.delete("/api/v1/session", { headers: { Origin: origin } });
		expect((await pushOf(people.charlie)).subscription_count).toBe(0);
	};
	await signIn(people.charlie);
	await page.goto("/account/notifications");
	await page.getByRole("button", { name: "Turn on" }).click();
	await expect(page.getByRole("button", { name: "Turn off" })).toBeVisible();
	await signOut();
	await signIn(people.bob);
	await page.goto("/account/notifications");
	await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
	await signOut();
	await signIn(people.charlie);
	await expect.poll(async () => (await pushOf(people.charlie)).subscription_count).toBe(1);
	await page.goto("/account/notifications");
	await page.getByRole("button", { name: "Turn off" }).click();
	await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
});

test("a person who says no is told how to change that", async ({ world, people }) => {
	const page = await openSettings(await device(world, people.bob, { answer: "denied" }));
	await page.getByRole("button", { name: "Turn on" }).click();
	await expect(page.getByText("This browser does not let Boardcast show notifications")).toBeVisible();
	await expect(page.getByRole("button", { name: "Turn on" })).toBeHidden();
	expect((await pushOf(people.bob)).subscription_count).toBe(0);
});

test("a browser without push says so, and a page without TLS what it needs", async ({ world, people }) => {
	const without = await world.browser(people.bob, { serviceWorkers: "allow" });
	await without.addInitScript(() => Reflect.deleteProperty(globalThis, "PushManager"));
	await expect(
		(await openSettings(without)).getByText("This browser has no push notifications."),
	).toBeVisible();
	const iphone = await world.browser(people.bob, { serviceWorkers: "allow" });
	await iphone.addInitScript(() => {
		Reflect.deleteProperty(globalThis, "PushManager");
		Object.defineProperty(navigator, "standalone", { value: false });
	});
	await expect(
		(await openSettings(iphone)).getByText("first put Boardcast on the home screen"),
	).toBeVisible();
});

/** Hands the worker a message, as the browser does with one that it has decrypted. */
async function deliver(session: CDPSession, page: Page, message: object): Promise<void> {
	const registration = new Promise<string>((found) => {
		session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
			const [one] = registrations.filter(({ isDeleted }) => !isDeleted);
			if (one) found(one.registrationId);
		});
	});
	await session.send("ServiceWorker.enable");
	const { origin } = new URL(page.url());
	const data = JSON.stringify(message);
	await session.send("ServiceWorker.deliverPushMessage", {
		origin,
		registrationId: await registration,
		data,
	});
}

interface Scope extends EventTarget {
	registration: ServiceWorkerRegistration;
	shown: { title: string; body: string; tag: string; data: { navigate: string } }[];
}

/** Chromium without a window shows no notifications: what the worker hands to the system is noted instead. */
const noteWhatIsShown = (worker: Worker) =>
	worker.evaluate(() => {
		const scope = globalThis as unknown as Scope;
		scope.shown = [];
		scope.registration.showNotification = async (title, { body = "", tag = "", data } = {}) => {
			scope.shown.push({ title, body, tag, data });
		};
	});

const shown = (worker: Worker) => worker.evaluate(() => (globalThis as unknown as Scope).shown);

/** A press, which only a system can make: the worker is told of it as the browser would. Answers whether it was closed. */
const press = (worker: Worker) =>
	worker.evaluate(async () => {
		const scope = globalThis as unknown as Scope;
		let isClosed = false;
		const notification = {
			...scope.shown.at(-1),
			close: () => {
				isClosed = true;
			},
		};
		const work: Promise<unknown>[] = [];
		const waitUntil = (one: Promise<unknown>) => void work.push(one.catch(() => {}));
		scope.dispatchEvent(Object.assign(new Event("notificationclick"), { notification, waitUntil }));
		await Promise.all(work);
		return isClosed;
	});

test("a message is shown, and a press leads an open page there", async ({ world, people }) => {
	const project = await makeProject(people);
	const task = await makeTask(people.alice, project, "Choose a name");
	const context = await device(world, people.bob);
	const page = await context.newPage();
	await page.goto("/");
	await controlled(page);
	const [worker] = context.serviceWorkers();
	if (!worker) throw new Error("there is no worker");
	await noteWhatIsShown(worker);
	const session = await context.newCDPSession(page);
	const navigate = `${new URL(page.url()).origin}/p/${project.key}/board/${task.number}`;
	const notification = {
		title: "WEB-1 Choose a name",
		body: "Alice mentioned you",
		navigate,
		tag: "t1",
		lang: "en",
	};
	await deliver(session, page, { web_push: 8030, notification, app_badge: 1 });
	const { title, body, tag } = notification;
	await expect.poll(() => shown(worker)).toEqual([{ title, body, tag, data: { navigate } }]);
	await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
	expect(await press(worker)).toBe(true);
	await expect(page).toHaveURL(navigate);
	await expect(page.getByRole("dialog")).toBeVisible();
	expect(await page.evaluate(() => "isSamePage" in globalThis), "it is led there without a reload").toBe(
		true,
	);
});

test("a message without texts leads to what it is about, by the list of notifications", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "For Charlie", { assignee_ids: [people.charlie.id] });
	const { items } = await people.charlie.api.get<{ items: { id: string; project: { id: string } }[] }>(
		"/me/notifications",
	);
	const one = items.find((item) => item.project.id === project.id);
	const page = await world.open(people.charlie, `/notifications?open=${one?.id}`);
	await expect(page).toHaveURL(`/p/${project.key}/board/1`);
	await expect(page.getByRole("dialog")).toBeVisible();
	await page.goto("/notifications?open=0192f0c1-2a3b-7c4d-8e5f-60718293a4b5");
	await expect(page).toHaveURL("/notifications");
});
