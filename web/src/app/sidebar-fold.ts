// The sidebar is folded to a strip of tiles where room is scarce, unless the person has decided.
import { computed, effect, signal } from "@preact/signals";

type Choice = "open" | "folded";
const setting = "boardcast.sidebar";

/** `public/start.js` has the same, to fold it before the first paint. */
const scarce = globalThis.matchMedia?.(
	"(max-width: 75rem), (max-height: 30rem) and (orientation: landscape)",
);

const isScarce = signal(scarce?.matches ?? false);
scarce?.addEventListener("change", () => {
	isScarce.value = scarce.matches;
});

const choice = signal(globalThis.localStorage?.getItem(setting) as Choice | null);

export const isFolded = computed(() => (choice.value ? choice.value === "folded" : isScarce.value));

effect(() => {
	if (globalThis.document) document.documentElement.dataset["sidebar"] = isFolded.value ? "folded" : "open";
});

export function toggleSidebar(): void {
	choice.value = isFolded.peek() ? "open" : "folded";
	try {
		localStorage.setItem(setting, choice.value);
	} catch {
		// Without storage the choice lasts as long as the page.
	}
}
