import { effect, type Signal, signal } from "@preact/signals";
import type { Zoom } from "./draw/scale";
import type { Grouped } from "./plan/rows";

export type Coloured = "column" | "label" | "assignee";

const narrow = globalThis.matchMedia?.("(max-width: 52rem)").matches ?? false;

const choices = {
	zoom: (narrow ? "week" : "day") as Zoom,
	grouped: "none" as Grouped,
	coloured: "column" as Coloured,
	critical: true,
	slack: true,
	arrows: true,
	/** Whether the list of tasks without dates is open. */
	unscheduled: false,
	table: false,
};
type Choices = typeof choices;

const storageKey = "boardcast.timeline";

/** How plans are shown, kept on this device. */
export const settings = Object.fromEntries(
	Object.entries({ ...choices, ...stored() }).map(([name, value]) => [name, signal(value)]),
) as unknown as { readonly [K in keyof Choices]: Signal<Choices[K]> };

/** Keys of the closed groups; not kept, so that a new visit shows everything. */
export const closed = signal<ReadonlySet<string>>(new Set());

export function toggleGroup(key: string): void {
	const next = new Set(closed.peek());
	if (!next.delete(key)) next.add(key);
	closed.value = next;
}

effect(() => {
	const now = Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]));
	try {
		localStorage.setItem(storageKey, JSON.stringify(now));
	} catch {
		// Without storage the choice lasts as long as the page.
	}
});

/** The stored settings that this version knows and whose type fits. */
function stored(): Partial<Choices> {
	try {
		const kept: Record<string, unknown> = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
		const fits = ([name, value]: [string, unknown]) =>
			name in choices && typeof value === typeof choices[name as keyof Choices];
		return Object.fromEntries(Object.entries(kept).filter(fits));
	} catch {
		return {};
	}
}
