import { signal } from "@preact/signals";

const query = globalThis.matchMedia?.("(max-width: 40rem)");

/** The page is as narrow as on a phone: the same width at which the style sheets change. */
export const narrow = signal(query?.matches ?? false);

query?.addEventListener("change", () => {
	narrow.value = query.matches;
});
