// What a move does to the tasks that wait for the moved one: one choice for the timeline and the calendar, kept on this device.
import { effect, signal } from "@preact/signals";
import type { Dependents } from "../task/dependent-moves";

export const manners: readonly Dependents[] = ["keep", "push", "shift"];

const storageKey = "boardcast.dependents";

export const dependents = signal<Dependents>(stored());

effect(() => {
	try {
		localStorage.setItem(storageKey, dependents.value);
	} catch {
		// Without storage the choice lasts as long as the page.
	}
});

function stored(): Dependents {
	try {
		return manners.find((one) => one === localStorage.getItem(storageKey)) ?? "push";
	} catch {
		return "push";
	}
}
