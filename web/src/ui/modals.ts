import { signal } from "@preact/signals";

/** The open modal dialogs, oldest first. Screen readers reach only what is inside the newest one. */
export const modals = signal<readonly object[]>([]);
