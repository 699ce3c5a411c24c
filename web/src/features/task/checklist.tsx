import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type ChecklistItem, limits } from "@boardcast/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ItemContext, itemActions } from "../../domain/checklist/actions";
import { addItem, placeItem } from "../../domain/checklist/commands";
import type { ProjectStore } from "../../live/store/project";
import { keepDraft, readDraft } from "../../platform/drafts";
import { pointed } from "../../platform/pointed";
import { excess, linesIn, pieces } from "../../platform/text";
import { useActions } from "../../platform/use-actions";
import { Progress } from "../../ui/progress";
import { Item } from "./checklist-item";
import { task as words } from "./messages";
import type { Part } from "./part";
import "./checklist.css";

export function Checklist({ store, task, write }: Part) {
	const ids = store.checklistByTask.of(task.id);
	const done = ids.filter((id) => store.tables.checklist_items.get(id)?.done).length;
	const [editing, setEditing] = useState<string | undefined>(undefined);
	const list = useRef<HTMLUListElement>(null);
	const context: ItemContext = {
		store,
		write: () => write,
		current: pointed("checklist item", () => focusedItem(store, list.current)),
		edit: (item) => setEditing(item.id),
		// Once the list is sorted: moving an element takes its focus away.
		moved: (item) => requestAnimationFrame(() => checkbox(list.current, item.id)?.focus()),
	};
	useActions(() => itemActions(context));
	useItemDrag(store, task.id);
	if (ids.length === 0 && !write) return null;
	return (
		<section class="task-part" aria-label={words.checklist}>
			<header class="part-head">
				<h3>{words.checklist}</h3>
				{ids.length > 0 && (
					<>
						<span class="soft">{words.checklistProgress(done, ids.length)}</span>
						<Progress done={done} all={ids.length} />
					</>
				)}
			</header>
			{ids.length > 0 && (
				<ul ref={list} class="checklist">
					{ids.map((id) => (
						<Item
							key={id}
							context={context}
							id={id}
							editing={editing === id}
							onEdited={() => setEditing(undefined)}
						/>
					))}
				</ul>
			)}
			{write && <NewItem store={store} task={task} />}
		</section>
	);
}

const checkbox = (list: Element | null, id: string) =>
	list?.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] input[type="checkbox"]`);

/** The item that has the focus, on its checkbox or its menu button. */
function focusedItem(store: ProjectStore, list: Element | null): ChecklistItem | undefined {
	const element = document.activeElement?.closest<HTMLElement>("[data-item]");
	const id = element && list?.contains(element) ? element.dataset["item"] : undefined;
	return id === undefined ? undefined : store.tables.checklist_items.peek(id);
}

const field = "item";

function NewItem({ store, task }: Pick<Part, "store" | "task">) {
	const [text, setText] = useState(() => readDraft(task.id, field)?.text ?? "");
	const change = (next: string) => {
		setText(next);
		keepDraft(task.id, field, next ? { text: next, base: "", version: 0 } : null);
	};
	const most = limits.NewChecklistItem.text.maxLength;
	const over = excess(text.trim(), most);
	return (
		<>
			<input
				class="input checklist-new"
				type="text"
				dir="auto"
				aria-label={words.addItem}
				aria-invalid={over > 0 ? true : undefined}
				placeholder={words.addItem}
				value={text}
				onInput={(event) => change(event.currentTarget.value)}
				onKeyDown={(event) => {
					if (event.key !== "Enter" || text.trim() === "") return;
					event.preventDefault();
					// A long text becomes several items: nothing of it is lost.
					for (const piece of pieces(text.trim(), most)) addItem(store, task, piece);
					change("");
				}}
				onPaste={(event) => {
					const lines = linesIn(event.clipboardData?.getData("text/plain") ?? "");
					if (lines.length < 2) return;
					event.preventDefault();
					for (const line of lines) for (const piece of pieces(line, most)) addItem(store, task, piece);
				}}
			/>
			{over > 0 && <p class="field-hint">{words.severalItems(pieces(text.trim(), most).length)}</p>}
		</>
	);
}

/** Items can be dragged to another place of the list. */
function useItemDrag(store: ProjectStore, task: string): void {
	useEffect(
		() =>
			monitorForElements({
				canMonitor: ({ source }) => source.data["checklist"] === task,
				onDrop: ({ source, location }) => {
					const target = location.current.dropTargets[0];
					const item = store.tables.checklist_items.peek(String(source.data["item"]));
					if (!target || !item) return;
					const others = store.checklistByTask.of(task).filter((id) => id !== item.id);
					const at = others.indexOf(String(target.data["item"]));
					if (at >= 0) placeItem(store, item, at + (extractClosestEdge(target.data) === "bottom" ? 1 : 0));
				},
			}),
		[store, task],
	);
}
