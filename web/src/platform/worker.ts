// The service worker of `public/sw.js`, and what it says to an open page.
import { go } from "./router";
import { lookForUpdate } from "./update";

interface Policy {
	createScriptURL(address: string): string;
}
interface Policies {
	createPolicy(name: string, rules: Policy): Policy;
}

/** The page's content security policy lets this policy be made; it knows one address. */
const { trustedTypes } = globalThis as { trustedTypes?: Policies };
const address = "/sw.js";

/** How often a page that stays open asks for a newer worker, in ms. */
const hourly = 3_600_000;

let registered: Promise<ServiceWorkerRegistration | undefined> | undefined;

/** Registers the worker once; undefined where the browser has none, or in development. */
export function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
	registered ??= register();
	return registered;
}

async function register(): Promise<ServiceWorkerRegistration | undefined> {
	const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
	if (!workers || !import.meta.env.PROD) return undefined;
	const policy = trustedTypes?.createPolicy("boardcast-worker", { createScriptURL: () => address });
	// Of a first visit it is no news that a worker begins.
	let isKnown = workers.controller !== null;
	workers.addEventListener("controllerchange", () => {
		if (isKnown) void lookForUpdate();
		isKnown = true;
	});
	workers.addEventListener("message", ({ data }) => {
		const { navigate } = data as { navigate?: unknown };
		if (typeof navigate === "string") go(navigate);
	});
	try {
		const registering = workers.register(policy?.createScriptURL(address) ?? address);
		// What blocks workers in a browser may answer with nothing.
		const registration = (await registering) as ServiceWorkerRegistration | undefined;
		if (!registration) return undefined;
		let asked = Date.now();
		document.addEventListener("visibilitychange", () => {
			if (document.hidden || Date.now() - asked < hourly) return;
			asked = Date.now();
			void registration.update().catch(() => {});
		});
		return registration;
	} catch {
		// The browser forbids it, such as in a private window: everything else works without.
		return undefined;
	}
}
