import type { Action } from "../../platform/actions";
import { announce } from "../../platform/announce";
import type { TaskContext } from "../task/actions";
import { task as taskWords } from "../task/messages";
import { nameOf } from "../task/names";
import { select as words } from "./select";
import type { Selection } from "./selection";

/** How tasks are selected in any view: the one that is pointed at, those up to it, all. */
export function selectActions(selection: Selection, { store, rights, current }: TaskContext): Action[] {
	const act = (id: string, label: string, shortcut: string, run: (id: string) => void): Action => ({
		id: `select.${id}`,
		label: () => label,
		group: () => taskWords.group,
		shortcut,
		enabled: () => rights().write && current() !== undefined,
		run: () => {
			const task = current();
			if (!task) return;
			run(task.id);
			announce((selection.has(task.id) ? words.is : words.isNot)(nameOf(store, task)));
		},
	});
	return [
		act("toggle", words.toggle, "x", (id) => selection.toggle(id)),
		act("extend", words.extend, "Shift+x", (id) => selection.extendTo(id)),
		{
			...act("all", words.all, "Ctrl+a", () => {}),
			enabled: () => rights().write,
			run: () => selection.all(),
		},
	];
}
