import { signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const setting = "boardcast.theme";

/** The chosen theme. `public/start.js` applies it before the first paint. */
export const theme = signal<Theme>((globalThis.localStorage?.getItem(setting) as Theme | null) ?? "system");

/** Follows a choice that is made in another tab. */
export function startTheme(): void {
	addEventListener("storage", (event) => {
		if (event.key === setting) setTheme((event.newValue as Theme | null) ?? "system");
	});
}

export function setTheme(next: Theme): void {
	theme.value = next;
	if (next === "system") {
		localStorage.removeItem(setting);
		delete document.documentElement.dataset["theme"];
	} else {
		localStorage.setItem(setting, next);
		document.documentElement.dataset["theme"] = next;
	}
}
