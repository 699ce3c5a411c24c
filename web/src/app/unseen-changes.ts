import type { ProjectEvent } from "boardcast";
import { listen } from "../live/stream";
import { unseenChanges } from "../platform/title";

/** Counts in the tab's title what others change in a project while the tab is hidden; returns how to stop. */
export function countUnseenChanges(project: string, user: string): () => void {
	let last = 0;
	const stop = listen("event", (data) => {
		const event = data as ProjectEvent;
		// The stream may deliver an event twice.
		if (!document.hidden || event.project !== project || event.seq <= last) return;
		last = event.seq;
		if (event.actor?.id !== user) unseenChanges.value += 1;
	});
	return () => {
		stop();
		unseenChanges.value = 0;
	};
}
