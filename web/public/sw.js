// The service worker: a page that is opened without a network shows itself, and news are shown while no page is open. It keeps
// the page's own files and nothing of the API; streams, and all that is not named here, pass it by.

// The build puts in all three: what a first screen needs, and what opens from there without a network.
const version = "dev";
const files = ["/"];
const more = [];

const name = `boardcast-${version}`;
const news = { title: "Boardcast", body: "There is news.", navigate: "/notifications", tag: "news" };
/** After so long without an answer the kept page opens, in ms. */
const patience = 5000;

self.addEventListener("install", (event) => {
	const fresh = files.map((file) => new Request(file, { cache: "reload" }));
	const keep = async () => {
		const cache = await caches.open(name);
		await cache.addAll(fresh);
		// One that does not come is kept when it is used.
		await Promise.all(more.map((file) => cache.add(file).catch(() => {})));
	};
	event.waitUntil(keep());
	// A new version takes over at once: an open page has its files already, and is offered to load again.
	self.skipWaiting();
});

self.addEventListener("activate", (event) => {
	event.waitUntil(
		(async () => {
			for (const other of await caches.keys()) if (other !== name) await caches.delete(other);
			await self.clients.claim();
		})(),
	);
});

const kept = async (file) => (await caches.open(name)).match(file, { ignoreVary: true });

self.addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api")) return;
	if (request.mode === "navigate") {
		// Addresses with a dot are files.
		if (!pathname.includes(".")) event.respondWith(page(request));
	} else if (pathname.startsWith("/assets/")) event.respondWith(asset(request, pathname));
});

/** The server's page, so that an older one does not outlive it; the kept one where the server is away or takes too long. */
async function page(request) {
	const answer = fetch(request);
	answer.catch(() => {});
	const late = new Promise((resolve) => setTimeout(() => resolve(kept("/")), patience));
	try {
		const first = (await Promise.race([answer, late])) ?? (await answer);
		// What stands before the server says that it is away.
		return [502, 503, 504].includes(first.status) ? ((await kept("/")) ?? first) : first;
	} catch (error) {
		return (await kept("/")) ?? Promise.reject(error);
	}
}

/** Its name says what is in it: it never changes. What was used once is there without a network too. */
async function asset(request, pathname) {
	const found = await kept(pathname);
	if (found) return found;
	const answer = await fetch(request);
	if (answer.ok) {
		const copy = answer.clone();
		const cache = await caches.open(name).catch(() => undefined);
		void cache?.put(pathname, copy).catch(() => {});
	}
	return answer;
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

/** A message has the shape that some browsers show by themselves: Declarative Web Push. */
async function show(data) {
	let message;
	try {
		message = data.json();
	} catch {
		// A push has to be shown, also one that cannot be read.
	}
	const { title, navigate, ...options } = message?.notification ?? news;
	const look = { icon: "/icons/icon-192.png", badge: "/icons/badge-96.png", renotify: true };
	await self.registration.showNotification(title, { ...look, ...options, data: { navigate } });
	if (Number.isInteger(message?.app_badge)) await navigator.setAppBadge?.(message.app_badge).catch(() => {});
}

self.addEventListener("notificationclick", (event) => {
	event.notification.close();
	event.waitUntil(lead(event.notification.data?.navigate ?? "/"));
});

/** Lead an open page there, or open one. */
async function lead(address) {
	const { pathname, search, hash } = new URL(address, location.origin);
	const to = pathname + search + hash;
	const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
	const page =
		pages.find(({ focused }) => focused) ??
		pages.find((one) => one.visibilityState === "visible") ??
		pages[0];
	if (!page) return self.clients.openWindow(to);
	page.postMessage({ navigate: to });
	return page.focus();
}

/** The browser has given the subscription another address, which only this worker hears of while no page is open. */
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
	const options = oldSubscription?.options;
	const fresh = newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)));
	if (!fresh) return;
	const { endpoint, keys } = fresh.toJSON();
	const body = JSON.stringify({ endpoint, keys });
	await fetch("/api/v1/me/push/subscription", {
		method: "PUT",
		headers: { "Content-Type": "application/json" },
		body,
	});
}
