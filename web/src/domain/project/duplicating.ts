import { signal } from "@preact/signals";

/** The project whose copy is being described; the dialog is open then. */
export const duplicating = signal<{ id: string; name: string } | undefined>(undefined);
