import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { type ChecklistItem, limits } from "boardcast";
import { Ellipsis, GripVertical } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type ItemContext, itemActions } from "../../domain/checklist/actions";
import { patchItem } from "../../domain/checklist/commands";
import { checklist as words } from "../../domain/checklist/messages";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { inGroups } from "../../platform/actions";
import { IconButton } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { useInlineText } from "../../ui/use-inline-text";

const menu = [
	["checklist_item.edit"],
	["checklist_item.move_up", "checklist_item.move_down"],
	["checklist_item.delete"],
];

interface Props {
	context: ItemContext;
	id: string;
	editing: boolean;
	/** The editing of the text has ended. */
	onEdited: () => void;
}

export function Item({ context, id, editing, onEdited }: Props) {
	const { store } = context;
	const ref = useRef<HTMLLIElement>(null);
	const item = store.tables.checklist_items.get(id);
	const open = context.write() && isSaved(id);
	const edge = useDrag(ref, item, open && !editing);
	if (!item) return null;
	return (
		<li ref={ref} class="checklist-item" data-item={id} data-edge={edge} data-done={item.done || undefined}>
			{open && <GripVertical class="checklist-grip" size={14} aria-hidden="true" />}
			<input
				type="checkbox"
				aria-label={item.text}
				checked={item.done}
				disabled={!open}
				onChange={(event) => patchItem(store, item, { done: event.currentTarget.checked })}
			/>
			{editing ? (
				<Field item={item} store={store} onDone={onEdited} />
			) : (
				// biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the menu does the same
				<span class="checklist-text" dir="auto" onDblClick={() => open && context.edit(item)}>
					{item.text}
				</span>
			)}
			{open && (
				<Menu
					label={words.itemActions(item.text)}
					actions={inGroups(itemActions({ ...context, current: () => item }), menu)}
					trigger={(props) => <IconButton icon={Ellipsis} label={words.itemActions(item.text)} {...props} />}
				/>
			)}
		</li>
	);
}

function Field({ item, store, onDone }: { item: ChecklistItem; store: ProjectStore; onDone: () => void }) {
	const field = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => field.current?.select(), []);
	const { value, error, onText, onBlur, onKeyDown } = useInlineText({
		current: item.text,
		version: item.version,
		limit: limits.ChecklistItemPatch.text.maxLength,
		save: (text, base) => patchItem(store, item, { text }, base),
		onDone,
	});
	return (
		<span class="checklist-edit">
			<input
				ref={field}
				class="input"
				type="text"
				dir="auto"
				aria-label={words.itemText}
				aria-invalid={error ? true : undefined}
				value={value}
				onInput={(event) => onText(event.currentTarget.value)}
				onBlur={onBlur}
				onKeyDown={onKeyDown}
			/>
			{error && (
				<span class="field-error" role="alert">
					{error}
				</span>
			)}
		</span>
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
