import type { ChecklistItem } from "boardcast";
import { ArrowDown, ArrowUp, Pencil, Trash2 } from "lucide-preact";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import type { Action } from "../../platform/actions";
import { deleteItem, placeItem } from "./commands";
import { checklist as words } from "./messages";

/** What the item actions act on: the item of a menu, or the focused one. */
export interface ItemContext {
	store: ProjectStore;
	write: () => boolean;
	current: () => ChecklistItem | undefined;
	edit: (item: ChecklistItem) => void;
	/** Called after a move, which takes the focus away from the item. */
	moved: (item: ChecklistItem) => void;
}

/** Everything that can be done with an item of a checklist, beside ticking it. */
export function itemActions({ store, write, current, edit, moved }: ItemContext): Action[] {
	const group = () => words.group;
	const usable = () => {
		const item = current();
		return item !== undefined && isSaved(item.id) && write();
	};
	const on = (act: (item: ChecklistItem) => void) => () => {
		const item = current();
		if (item) act(item);
	};
	const siblings = (item: ChecklistItem) => store.checklistByTask.of(item.task_id);
	const moves = (id: string, step: 1 | -1, label: string, icon: Action["icon"], key: string): Action => ({
		id,
		label: () => label,
		group,
		...(icon ? { icon } : {}),
		shortcut: key,
		enabled: () => {
			const item = current();
			return (
				usable() && item !== undefined && siblings(item)[siblings(item).indexOf(item.id) + step] !== undefined
			);
		},
		run: on((item) => {
			placeItem(store, item, siblings(item).indexOf(item.id) + step);
			moved(item);
		}),
	});
	return [
		{
			id: "checklist_item.edit",
			label: () => words.itemEdit,
			group,
			icon: Pencil,
			enabled: usable,
			run: on(edit),
		},
		moves("checklist_item.move_up", -1, words.itemUp, ArrowUp, "Alt+ArrowUp"),
		moves("checklist_item.move_down", 1, words.itemDown, ArrowDown, "Alt+ArrowDown"),
		{
			id: "checklist_item.delete",
			label: () => words.itemDelete,
			group,
			icon: Trash2,
			danger: true,
			enabled: usable,
			run: on((item) => deleteItem(store, item)),
		},
	];
}
