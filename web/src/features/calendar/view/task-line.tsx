import type { Task } from "@boardcast/client";
import { CalendarClock, CircleCheck } from "lucide-preact";
import { columnHue } from "../../../domain/column/hue";
import { nameOf } from "../../../domain/task/names";
import { isSaved } from "../../../live/provisional";
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

/** A task in a list: of one day, or of those without a date. */
export function TaskLine({ task, model, isDraggable = false }: Props) {
	const { store } = model;
	const name = nameOf(store, task);
	const column = store.tables.columns.get(task.column_id);
	const people = task.assignee_ids.flatMap((id) => store.tables.members.get(id) ?? []);
	const editable = model.editable.value && isSaved(task.id);
	const label = task.due_on === null ? calendar.giveDate(name) : calendar.changeDate(name);
	return (
		<li
			class="cal-line"
			data-hue={column ? columnHue(column, model.columns.value) : "none"}
			data-done={task.completed_at !== null || undefined}
			data-dragged={(isDraggable && model.dragged.value?.id === task.id) || undefined}
			data-editable={(isDraggable && editable) || undefined}
			onPointerDown={(event) => {
				const isButton = (event.target as Element).closest("button");
				if (isDraggable && !isButton) dragTask(model, task, "whole", event);
			}}
			onPointerEnter={() => {
				model.hovered = task.id;
			}}
			onPointerLeave={() => {
				if (model.hovered === task.id) model.hovered = undefined;
			}}
		>
			<a class="cal-line-link" data-task={task.id} draggable={false} href={model.address(task)}>
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
