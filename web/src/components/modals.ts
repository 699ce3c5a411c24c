import { signal } from "@preact/signals";

/** The open modal dialogs, oldest first. Everything outside the newest one is out of reach, also for being heard. */
export const modals = signal<readonly object[]>([]);
