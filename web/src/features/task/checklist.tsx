import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type ChecklistItem, limits } from "boardcast";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ItemContext, itemActions } from "../../domain/checklist/actions";
import { addItem, mostItems, placeItem } from "../../domain/checklist/commands";
import { later } from "../../domain/task/later";
import { linesOf } from "../../domain/task/quick-add-syntax";
import type { ProjectStore } from "../../live/store/project";
import { pointed } from "../../platform/pointed";
import { oneLine, pieces } from "../../platform/text";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { ManyLines } from "../../ui/many-lines";
import { Progress } from "../../ui/progress";
import { Item } from "./checklist-item";
import { isTyped, itemDraft, keepText, readText } from "./drafts";
import { KeptText } from "./kept-text";
import { task as words } from "./messages";
import type { Part } from "./part";
import "./checklist.css";

export function Checklist({ store, task, write }: Part) {
	const ids = store.checklistByTask.of(task.id);
	const done = ids.filter((id) => store.tables.checklist_items.get(id)?.done).length;
	const [editing, setEditing] = useState<string | undefined>(undefined);
	const [, setDiscarded] = useState(false);
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
	const kept = !write && isTyped(itemDraft(task.id));
	if (ids.length === 0 && !write && !kept) return null;
	return (
		<section class="task-part" aria-label={words.checklist} data-edits>
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
			{kept && (
				<KeptText draft={itemDraft(task.id)} title={words.noItemsNow} onGone={() => setDiscarded(true)} />
			)}
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

function NewItem({ store, task }: Pick<Part, "store" | "task">) {
	const draft = itemDraft(task.id);
	const field = useRef<HTMLTextAreaElement>(null);
	const [text, setText] = useState(() => readText(draft));
	const change = (next: string) => {
		setText(next);
		keepText(draft, next);
	};
	const limit = limits.NewChecklistItem.text.maxLength;
	const lines = text.includes("\n") ? linesOf(text) : [];
	const many = lines.length > 1;
	// A long text becomes several items: nothing of it is lost.
	const wanted = many ? lines.flatMap((line) => pieces(line, limit)) : pieces(oneLine(text), limit);
	const room = Math.max(0, mostItems - store.checklistByTask.of(task.id).length);
	const fits = Math.min(room, wanted.length);
	const isFull = fits < wanted.length;
	const add = (items: readonly string[], rest: readonly string[]) => {
		for (const item of items) addItem(store, task, item);
		change(rest.join("\n"));
		field.current?.focus();
	};
	const addTyped = () => add(wanted.slice(0, fits), wanted.slice(fits));
	const asOne = pieces(oneLine(text), limit);
	return (
		<div>
			<textarea
				ref={field}
				class="input many-field checklist-new"
				dir="auto"
				rows={1}
				aria-label={words.addItem}
				aria-invalid={wanted.length > 1 && !many ? true : undefined}
				placeholder={words.addItem}
				value={text}
				onInput={(event) => change(event.currentTarget.value)}
				onKeyDown={(event) => {
					if (event.key !== "Enter" || event.shiftKey || text.trim() === "") return;
					event.preventDefault();
					addTyped();
				}}
			/>
			{many ? (
				<ManyLines hint={isFull ? words.noRoomFor(lines.length, mostItems) : later.manyLines(lines.length)}>
					{fits > 0 && (
						<Button tone="primary" onClick={addTyped}>
							{words.createItems(fits, wanted.length)}
						</Button>
					)}
					{asOne.length === 1 && room > 0 && (
						<Button onClick={() => add(asOne, [])}>{words.asOneItem}</Button>
					)}
				</ManyLines>
			) : isFull ? (
				<p class="field-hint">{words.checklistFull(mostItems)}</p>
			) : (
				wanted.length > 1 && <p class="field-hint">{words.severalItems(wanted.length)}</p>
			)}
		</div>
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
