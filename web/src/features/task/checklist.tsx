import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { useEffect, useState } from "preact/hooks";
import { Progress } from "../../components/task/progress";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { keepDraft, readDraft } from "../../lib/tasks/drafts";
import { addItem, placeItem } from "./checklist-edits";
import { Item } from "./checklist-item";
import type { Part } from "./sheet";
import "./checklist.css";

export function Checklist({ store, task, write }: Part) {
	const ids = store.checklistByTask.of(task.id);
	const done = ids.filter((id) => store.tables.checklist_items.get(id)?.done).length;
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
				<ul class="checklist">
					{ids.map((id, index) => (
						<Item key={id} store={store} id={id} index={index} count={ids.length} write={write} />
					))}
				</ul>
			)}
			{write && <NewItem store={store} task={task} />}
		</section>
	);
}

const field = "item";

function NewItem({ store, task }: Pick<Part, "store" | "task">) {
	const [text, setText] = useState(() => readDraft(task.id, field)?.text ?? "");
	const change = (next: string) => {
		setText(next);
		keepDraft(task.id, field, next ? { text: next, base: "", version: 0 } : null);
	};
	return (
		<input
			class="input checklist-new"
			type="text"
			aria-label={words.addItem}
			placeholder={words.addItem}
			maxLength={255}
			value={text}
			onInput={(event) => change(event.currentTarget.value)}
			onKeyDown={(event) => {
				if (event.key !== "Enter" || event.isComposing || text.trim() === "") return;
				event.preventDefault();
				addItem(store, task, text.trim());
				change("");
			}}
			onPaste={(event) => {
				const lines = (event.clipboardData?.getData("text/plain") ?? "")
					.split(/\r?\n/)
					.filter((l) => l.trim());
				if (lines.length < 2) return;
				event.preventDefault();
				for (const line of lines.slice(0, 100)) addItem(store, task, line.trim().slice(0, 255));
			}}
		/>
	);
}

/** Items dragged among each other. */
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
