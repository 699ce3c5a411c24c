import { signal } from "@preact/signals";

// A page that is made into a file by a program has no events of printing.
const paper = globalThis.matchMedia?.("print");

/** Whether the page is put on paper: what is out of sight on the screen is drawn too. */
export const printing = signal(paper?.matches ?? false);

const set = (now: boolean) => () => {
	printing.value = now;
};
globalThis.addEventListener?.("beforeprint", set(true));
globalThis.addEventListener?.("afterprint", set(false));
paper?.addEventListener("change", ({ matches }) => set(matches)());
