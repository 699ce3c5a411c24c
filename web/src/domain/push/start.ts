import { effect } from "@preact/signals";
import { user } from "../../live/session";
import { registerWorker } from "../../platform/worker";
import { unreadCount } from "../notification/unread";
import { restore } from "./device";

/** Begins what a page that is not looked at needs, while a user is signed in; returns how to stop. */
export function startPush(): () => void {
	void registerWorker();
	// A failure changes nothing on the page; the account's settings show how it is.
	void restore(user.peek()?.id).catch(() => {});
	return effect(() => {
		const count = unreadCount.value;
		void showCount(count).catch(() => {});
	});
}

/** The number at the icon of the installed page. What is read needs no notification of the system any more. */
async function showCount(count: number): Promise<void> {
	await navigator.setAppBadge?.(count);
	if (count > 0) return;
	const shown = await (await registerWorker())?.getNotifications();
	for (const one of shown ?? []) one.close();
}
