import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { ArrowDown, ArrowUp, Ellipsis, GripVertical, Pencil, Trash2 } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../../components/button";
import { Menu } from "../../components/menu";
import type { ChecklistItem } from "../../lib/api/types";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { isSaved } from "../../lib/tasks/places";
import { patchItem, placeItem, removeItem } from "./checklist-edits";

interface Props {
	store: ProjectStore;
	id: string;
	index: number;
	count: number;
	write: boolean;
}

export function Item({ store, id, index, count, write }: Props) {
	const [editing, setEditing] = useState(false);
	const ref = useRef<HTMLLIElement>(null);
	const item = store.tables.checklist_items.get(id);
	const open = write && isSaved(id);
	const edge = useDrag(ref, item, open && !editing);
	if (!item) return null;
	return (
		<li ref={ref} class="checklist-item" data-edge={edge} data-done={item.done || undefined}>
			{open && <GripVertical class="checklist-grip" size={14} aria-hidden="true" />}
			<input
				type="checkbox"
				aria-label={item.text}
				checked={item.done}
				disabled={!open}
				onChange={(event) => patchItem(store, item, { done: event.currentTarget.checked })}
				onKeyDown={(event) => {
					if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
					event.preventDefault();
					const box = event.currentTarget;
					placeItem(store, item, index + (event.key === "ArrowUp" ? -1 : 1));
					// Sorting moves the element, which takes the focus away.
					requestAnimationFrame(() => box.focus());
				}}
			/>
			{editing ? (
				<Field item={item} store={store} onDone={() => setEditing(false)} />
			) : (
				// biome-ignore lint/a11y/noStaticElementInteractions: the pointer's short cut; the menu has it for keys
				<span class="checklist-text" onDblClick={() => open && setEditing(true)}>
					{item.text}
				</span>
			)}
			{open && (
				<Menu
					label={words.itemActions(item.text)}
					items={[
						[{ label: words.itemEdit, icon: Pencil, run: () => setEditing(true) }],
						[
							{
								label: words.itemUp,
								icon: ArrowUp,
								shortcut: "Alt+ArrowUp",
								disabled: index === 0,
								run: () => placeItem(store, item, index - 1),
							},
							{
								label: words.itemDown,
								icon: ArrowDown,
								shortcut: "Alt+ArrowDown",
								disabled: index === count - 1,
								run: () => placeItem(store, item, index + 1),
							},
						],
						[{ label: words.itemDelete, icon: Trash2, danger: true, run: () => removeItem(store, item) }],
					]}
					trigger={(props) => <IconButton icon={Ellipsis} label={words.itemActions(item.text)} {...props} />}
				/>
			)}
		</li>
	);
}

function Field({ item, store, onDone }: { item: ChecklistItem; store: ProjectStore; onDone: () => void }) {
	const [text, setText] = useState(item.text);
	const field = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => field.current?.select(), []);
	const save = () => {
		onDone();
		const wanted = text.trim();
		if (wanted && wanted !== item.text) patchItem(store, item, { text: wanted });
	};
	return (
		<input
			ref={field}
			class="input"
			type="text"
			aria-label={words.itemText}
			maxLength={255}
			value={text}
			onInput={(event) => setText(event.currentTarget.value)}
			onBlur={save}
			onKeyDown={(event) => {
				if (event.key === "Enter") save();
				if (event.key !== "Escape") return;
				event.preventDefault();
				onDone();
			}}
		/>
	);
}

function useDrag(
	ref: { current: HTMLElement | null },
	item: ChecklistItem | undefined,
	on: boolean,
): string | undefined {
	const [edge, setEdge] = useState<string | undefined>(undefined);
	const id = item?.id;
	const task = item?.task_id;
	useEffect(() => {
		const element = ref.current;
		if (!element || !on) return undefined;
		const look = ({ self }: { self: { data: Record<string | symbol, unknown> } }) =>
			setEdge(extractClosestEdge(self.data) ?? undefined);
		const clear = () => setEdge(undefined);
		return combine(
			draggable({ element, getInitialData: () => ({ checklist: task, item: id }) }),
			dropTargetForElements({
				element,
				canDrop: ({ source }) => source.data["checklist"] === task,
				getData: ({ input, element }) =>
					attachClosestEdge({ item: id }, { input, element, allowedEdges: ["top", "bottom"] }),
				onDrag: look,
				onDragLeave: clear,
				onDrop: clear,
			}),
		);
	}, [id, task, on]);
	return edge;
}
