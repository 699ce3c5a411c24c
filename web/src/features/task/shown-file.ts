import { signal } from "@preact/signals";

/** The file that the light box shows, by the id of its attachment; undefined while it is closed. */
export const shownFile = signal<string | undefined>(undefined);

export function showFile(attachment: string | undefined): void {
	shownFile.value = attachment;
}
