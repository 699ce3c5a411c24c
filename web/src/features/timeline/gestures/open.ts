import { go } from "../../../platform/router";
import type { Plan } from "../model";
import { commitKeyMove } from "./commit";

export function idAt(target: EventTarget | null, name: "bar" | "link"): string | undefined {
	const found = target instanceof Element ? target.closest<SVGElement>(`[data-${name}]`) : null;
	return found?.dataset[name];
}

export function openTask(plan: Plan, id: string): void {
	const task = plan.store.tables.tasks.peek(id);
	if (!task) return;
	commitKeyMove(plan);
	plan.current.value = id;
	go(plan.addressOf(task));
}

export function openMenu(plan: Plan, id: string, at: Element | DOMRect): void {
	commitKeyMove(plan);
	plan.current.value = id;
	plan.pointed.value = null;
	plan.panel.value = { kind: "menu", id, at };
}
