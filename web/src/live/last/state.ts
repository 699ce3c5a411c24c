// The part of the kept state that a first load has: what is shown of it, and how to forget it.
import { signal } from "@preact/signals";

export const databaseName = "boardcast-last";

/** The page was opened without an answer of the server, and shows what it last knew. */
export const isUnverified = signal(false);

/**
 * The projects that are shown as they were kept, each with the moment when that was the server's, in ms since 1970; under "" that
 * of the list of projects.
 */
export const shownAsOf = signal<ReadonlyMap<string, number>>(new Map());

/** Nothing of it is left in this browser. */
export function forgetLast(): void {
	isUnverified.value = false;
	shownAsOf.value = new Map();
	try {
		indexedDB.deleteDatabase(databaseName);
	} catch {
		// There is none.
	}
}
