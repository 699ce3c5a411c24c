// Which tab of a browser leads. Browsers have locks for it, but only in a secure context: on plain HTTP, as in a home or an
// office, the tabs lend the lead to each other through the browser's storage.
import type { Asked } from "./lease.ts";

/**
 * Waits for the lead and holds it while `work` lasts. Rejects when another tab takes it, or when `signal` ends it.
 */
export function requestLead(name: string, asked: Asked, work: () => Promise<void>): Promise<void> {
	if (globalThis.navigator?.locks) {
		const options: LockOptions = asked.steal ? { steal: true } : { signal: asked.signal };
		return navigator.locks.request(name, options, work);
	}
	return import("./lease.ts").then((m) => new m.Lease(name).hold(asked, work));
}

/** Whether tabs can agree on a leader at all. */
export function canShare(): boolean {
	return Boolean(globalThis.BroadcastChannel) && Boolean(globalThis.navigator?.locks || hasStorage());
}

function hasStorage(): boolean {
	try {
		return Boolean(globalThis.localStorage);
	} catch {
		// The browser keeps nothing for this page.
		return false;
	}
}
