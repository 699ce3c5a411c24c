import { signal } from "@preact/signals";

/** A project that this page showed and that is out of reach now. */
export interface Farewell {
	id: string;
	name: string;
	key: string;
	/** Somebody took us off, the project was deleted, or it happened while this page was not connected. */
	reason: "removed" | "deleted" | "unknown";
}

/** Said in words until they are put away: somebody may be looking elsewhere when it happens. */
export const farewells = signal<readonly Farewell[]>([]);

const expected = new Set<string>();

/** We are leaving or deleting it ourselves, so nobody needs to tell us. Answers how to take that back. */
export function expectFarewell(project: string): () => void {
	expected.add(project);
	return () => expected.delete(project);
}

export function sayFarewell(farewell: Farewell): void {
	if (expected.delete(farewell.id)) return;
	farewells.value = [...farewells.peek().filter(({ id }) => id !== farewell.id), farewell];
}

export function putAway(project: string): void {
	farewells.value = farewells.peek().filter(({ id }) => id !== project);
}
