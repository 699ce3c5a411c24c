import { effect, signal } from "@preact/signals";

const storageKey = "boardcast.calendar.tray";
const roomy = globalThis.matchMedia?.("(min-width: 72rem)").matches ?? true;

/** Whether the tasks without a date are shown beside the days, kept on this device. */
export const trayOpen = signal(stored());

effect(() => {
	const now = trayOpen.value ? "open" : "closed";
	try {
		if (trayOpen.value !== stored()) localStorage.setItem(storageKey, now);
	} catch {
		// Without storage the choice lasts as long as the page.
	}
});

function stored(): boolean {
	try {
		const kept = localStorage.getItem(storageKey);
		return kept === null ? roomy : kept === "open";
	} catch {
		return roomy;
	}
}
