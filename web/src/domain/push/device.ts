// Whether this browser is told of news by push, and how that begins and ends. The server and the browser each have their part
// of a subscription: it works when both have the same.
import type { Push } from "boardcast";
import { registerWorker } from "../../platform/worker";
import { deleteSubscription, putSubscription, readPush } from "./commands";

/** Why this browser cannot be told, or whether it is. */
export type Device = "insecure" | "home-screen" | "unsupported" | "denied" | "off" | "on";

interface Browser {
	isSecure: boolean;
	/** It has service workers, and push. */
	hasPush: boolean;
	/** iOS has push only for pages that are on its home screen: elsewhere it says that the page is not there. */
	isOnHomeScreen: boolean | undefined;
	permission: NotificationPermission | undefined;
}

/** The name under which the browser keeps the id of the person who turned push on in it. */
const setting = "boardcast.push";

function thisBrowser(): Browser {
	const { standalone } = navigator as { standalone?: boolean };
	return {
		isSecure: globalThis.isSecureContext,
		hasPush: "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis,
		isOnHomeScreen: standalone,
		permission: "Notification" in globalThis ? Notification.permission : undefined,
	};
}

/** What is in the way, if anything is. */
export function obstacle(browser: Browser): Exclude<Device, "off" | "on"> | undefined {
	if (!browser.isSecure) return "insecure";
	if (!browser.hasPush) return browser.isOnHomeScreen === false ? "home-screen" : "unsupported";
	return browser.permission === "denied" ? "denied" : undefined;
}

/** Whether the browser's part of a subscription is the one that the server sends to. */
export function isSame(push: Push, own: PushSubscription | null): boolean {
	return own !== null && push.subscription?.endpoint === own.endpoint && isForKey(push, own);
}

/** A subscription is made for the key of one server: this one may have been set up anew. */
function isForKey(push: Push, own: PushSubscription): boolean {
	const key = own.options.applicationServerKey;
	return key === null || toBase64(new Uint8Array(key)) === push.application_server_key;
}

export function toBase64(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}

export async function stateOf(push: Push): Promise<Device> {
	const wrong = obstacle(thisBrowser());
	if (wrong) return wrong;
	const registration = await registerWorker();
	if (!registration) return "unsupported";
	return isSame(push, await registration.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks the person for the permission, so it is called by a press; answers what came of it. */
export async function turnOn(user: string, push: Push): Promise<{ device: Device; push: Push }> {
	const permission = await Notification.requestPermission();
	if (permission !== "granted") return { device: permission === "denied" ? "denied" : "off", push };
	const after = await subscribe(push);
	if (!after) return { device: "unsupported", push };
	note(user);
	return { device: "on", push: after };
}

/** Ends both parts. When the server cannot be reached, the browser's part is over all the same, and with it all messages. */
export async function turnOff(): Promise<void> {
	note(undefined);
	const own = await (await registerWorker())?.pushManager.getSubscription();
	await own?.unsubscribe();
	await deleteSubscription();
}

/**
 * Who has turned push on in this browser has it also in their next session here, and after a new password: the server's part
 * ends with each session. Elsewhere nothing is asked for.
 */
export async function restore(user: string | undefined): Promise<void> {
	if (!user || noted() !== user || obstacle(thisBrowser()) || Notification.permission !== "granted") return;
	const push = await readPush();
	const device = await stateOf(push);
	// The person may have turned it off meanwhile.
	if (device === "off" && noted() === user) await subscribe(push);
}

async function subscribe(push: Push): Promise<Push | undefined> {
	const manager = (await registerWorker())?.pushManager;
	if (!manager) return undefined;
	const before = await manager.getSubscription();
	if (before && !isForKey(push, before)) await before.unsubscribe();
	const own = await manager.subscribe({
		userVisibleOnly: true,
		applicationServerKey: push.application_server_key,
	});
	return putSubscription(own);
}

function noted(): string | null {
	try {
		return localStorage.getItem(setting);
	} catch {
		return null;
	}
}

function note(user: string | undefined): void {
	try {
		if (user === undefined) localStorage.removeItem(setting);
		else localStorage.setItem(setting, user);
	} catch {
		// Without storage push ends with the session.
	}
}
