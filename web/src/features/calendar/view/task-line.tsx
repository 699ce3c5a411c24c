import { useComputed } from "@preact/signals";
import type { Task } from "boardcast";
import { CalendarClock, Check, CircleCheck } from "lucide-preact";
import { columnHue } from "../../../domain/column/hue";
import { select } from "../../../domain/selection/select";
import { nameOf } from "../../../domain/task/names";
import { isSaved } from "../../../live/provisional";
import { press } from "../../../platform/press";
import { Avatar } from "../../../ui/avatar";
import { IconButton } from "../../../ui/button";
import { dragTask } from "../gestures/drag";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";

interface Props {
	task: Task;
	model: CalendarModel;
	isDraggable?: boolean;
}

/** A finger that rests on a line drags nothing: when it leaves, the menu opens. */
const still = { move: () => {}, drop: () => {}, cancel: () => {} };

/** A task in a list: of one day, or of those without a date. */
export function TaskLine({ task, model, isDraggable = false }: Props) {
	const { store } = model;
	const name = nameOf(store, task);
	const column = store.tables.columns.get(task.column_id);
	const people = task.assignee_ids.flatMap((id) => store.tables.members.get(id) ?? []);
	const editable = model.editable.value && isSaved(task.id);
	const selected = useComputed(() => model.selection.has(task.id)).value;
	const label = task.due_on === null ? calendar.giveDate(name) : calendar.changeDate(name);
	const openMenu = (at: Element | DOMRect) => {
		model.panel.value = { kind: "menu", id: task.id, at: () => at };
	};
	return (
		<li
			class="cal-line"
			data-hue={column ? columnHue(column, model.columns.value) : "none"}
			data-done={task.completed_at !== null || undefined}
			data-dragged={(isDraggable && model.dragged.value?.id === task.id) || undefined}
			data-editable={(isDraggable && editable) || undefined}
			data-selected={selected || undefined}
			onPointerDown={(event) => {
				if ((event.target as Element).closest("button")) return;
				const line = event.currentTarget;
				if (isDraggable) dragTask(model, task, "whole", event);
				else if (event.pointerType === "touch")
					press(event, { begin: () => still, scroller: null, onLongPress: () => openMenu(line) });
			}}
			onPointerEnter={() => {
				model.hovered = task.id;
			}}
			onPointerLeave={() => {
				if (model.hovered === task.id) model.hovered = undefined;
			}}
			onContextMenu={(event) => {
				event.preventDefault();
				if ((event as Event as PointerEvent).pointerType === "touch") return;
				const isByKey = event.clientX === 0 && event.clientY === 0;
				openMenu(isByKey ? event.currentTarget : new DOMRect(event.clientX, event.clientY, 0, 0));
			}}
		>
			<a
				class="cal-line-link"
				data-task={task.id}
				draggable={false}
				href={model.address(task)}
				onClick={(event) => {
					if (editable && model.selection.tap(event, task.id)) event.preventDefault();
				}}
			>
				{selected && (
					<span class="cal-selected" title={select.selected}>
						<Check size={14} aria-hidden="true" />
						<span class="visually-hidden">{select.selected}</span>
					</span>
				)}
				{task.completed_at !== null && <CircleCheck size={14} aria-hidden="true" class="cal-done" />}
				<span class="cal-key">{name}</span>
				<span class="cal-line-title" dir="auto">
					{task.title}
				</span>
			</a>
			{people.slice(0, 2).map((one) => (
				<Avatar key={one.id} id={one.id} name={one.name} size="s" />
			))}
			{editable && (
				<IconButton
					icon={CalendarClock}
					label={label}
					onClick={(event) => {
						const button = event.currentTarget;
						model.openPanel("due", task, () => button);
					}}
				/>
			)}
		</li>
	);
}
