import { signal } from "@preact/signals";

/** Whether the dialog that creates a project is open. */
export const creating = signal(false);
