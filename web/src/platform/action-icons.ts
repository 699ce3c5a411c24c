import { signal } from "@preact/signals";
import type { LucideIcon } from "lucide-preact";
import type { Action } from "./actions";

const icons = signal<Readonly<Record<string, LucideIcon>>>({});

/** Icons of actions that the first screen has: only menus show them, and they come behind it. */
export function addIcons(more: Record<string, LucideIcon>): void {
	icons.value = { ...icons.peek(), ...more };
}

export function iconOf(action: Action): LucideIcon | undefined {
	return action.icon ?? icons.value[action.look ?? action.id];
}
