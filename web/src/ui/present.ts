import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** What shows who else is there. It comes behind the first screen. */
export const present = signal<
	{ Faces: ComponentType; CardFaces: ComponentType<{ project: string; task: string }> } | undefined
>(undefined);
