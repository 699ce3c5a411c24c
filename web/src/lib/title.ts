import { effect, signal } from "@preact/signals";
import type { ProjectEvent } from "./api/types";
import { common } from "./messages/common";
import { listen } from "./stream";

const words = signal("");
const unseen = signal(0);
let watched: { project: string; user: string } | undefined;
let last = 0;

/** Name the page in the tab; a project's changes are counted in front of it while nobody looks. */
export function setTitle(page: string, watch?: { project: string; user: string }): void {
	words.value = page;
	if (watch?.project === watched?.project) return;
	watched = watch;
	last = 0;
	unseen.value = 0;
}

/** A change by somebody else that nobody sees yet; the stream may tell one twice. */
export function count(event: ProjectEvent): void {
	if (!document.hidden || event.project !== watched?.project || event.seq <= last) return;
	last = event.seq;
	if (event.actor?.id !== watched.user) unseen.value += 1;
}

export function startTitle(): void {
	effect(() => {
		const name = words.value ? `${words.value} · ${common.product}` : common.product;
		document.title = unseen.value > 0 ? `(${unseen.value}) ${name}` : name;
	});
	listen("event", (event) => count(event as ProjectEvent));
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden) unseen.value = 0;
	});
}
