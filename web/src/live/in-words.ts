import { signal } from "@preact/signals";
import type { Typed } from "./stored-edit";

/** Says what a field is called, and in words which value an object has in it. */
export type InWords = (
	project: string,
	place: NonNullable<Typed["place"]>,
	object: Record<string, unknown>,
) => { what: string; text: string };

/** Set by the nouns, behind the first screen. */
export const inWords = signal<InWords | undefined>(undefined);
