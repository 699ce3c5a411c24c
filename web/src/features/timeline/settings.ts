import { effect, type Signal, signal } from "@preact/signals";
import type { Zoom } from "./draw/scale";
import type { Dependents } from "./plan/moves";
import type { Grouped } from "./plan/rows";

export type Coloured = "column" | "label" | "assignee";

const narrow = globalThis.matchMedia?.("(max-width: 52rem)").matches ?? false;

const choices = {
	zoom: (narrow ? "week" : "day") as Zoom,
	grouped: "none" as Grouped,
	coloured: "column" as Coloured,
	dependents: "push" as Dependents,
	critical: true,
	slack: true,
	arrows: true,
	/** The list of tasks without dates. */
	unscheduled: false,
	table: false,
};
type Choices = typeof choices;

const place = "boardcast.timeline";

/** How this person likes to see plans, on this device. */
export const settings = Object.fromEntries(
	Object.entries({ ...choices, ...stored() }).map(([name, value]) => [name, signal(value)]),
) as unknown as { readonly [K in keyof Choices]: Signal<Choices[K]> };

/** Keys of closed groups; not kept, a new visit shows everything. */
export const closed = signal<ReadonlySet<string>>(new Set());

export function toggleGroup(key: string): void {
	const next = new Set(closed.peek());
	if (!next.delete(key)) next.add(key);
	closed.value = next;
}

effect(() => {
	const now = Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]));
	try {
		localStorage.setItem(place, JSON.stringify(now));
	} catch {
		// A full or forbidden storage only forgets the choice.
	}
});

/** Only what this version knows, and of the kind it expects. */
function stored(): Partial<Choices> {
	try {
		const kept: Record<string, unknown> = JSON.parse(localStorage.getItem(place) ?? "{}");
		const fits = ([name, value]: [string, unknown]) =>
			name in choices && typeof value === typeof choices[name as keyof Choices];
		return Object.fromEntries(Object.entries(kept).filter(fits));
	} catch {
		return {};
	}
}
