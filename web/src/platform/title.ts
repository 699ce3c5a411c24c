import { effect, signal } from "@preact/signals";
import { common } from "./i18n/common";

const page = signal("");

/** Changes that the person has not seen, because the tab was hidden: shown in front of the page's name. */
export const unseenChanges = signal(0);

/** Name the page in the browser's tab. */
export function setTitle(name: string): void {
	page.value = name;
}

export function startTitle(): void {
	effect(() => {
		const name = page.value ? `${page.value} · ${common.product}` : common.product;
		document.title = unseenChanges.value > 0 ? `(${unseenChanges.value}) ${name}` : name;
	});
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden) unseenChanges.value = 0;
	});
}
