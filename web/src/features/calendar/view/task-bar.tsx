import { useComputed } from "@preact/signals";
import { CircleCheck } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { columnHue } from "../../../domain/column/hue";
import { dueState } from "../../../domain/task/due";
import { nameOf } from "../../../domain/task/names";
import { today } from "../../../platform/i18n/dates";
import { Avatar } from "../../../ui/avatar";
import { describe } from "../describe";
import { dragTask } from "../gestures/drag";
import type { Segment } from "../grid/lanes";
import type { CalendarModel } from "../model";
import { mode } from "../place";

interface Props {
	segment: Segment;
	model: CalendarModel;
	isTabbed: boolean;
}

const mostPeople = 2;

/** A task on its days of one week: a link to it, which can be dragged, at its ends too. */
export function TaskBar({ segment, model, isTabbed }: Props) {
	const { id, from, to, lane, isContinued, continues } = segment;
	const { store } = model;
	const link = useRef<HTMLAnchorElement>(null);
	const task = store.tables.tasks.get(id);
	const bar = model.bars.value.get(id);
	const selected = useComputed(() => model.selection.has(id)).value;
	// It is another element when it comes into another cell: the focus goes along.
	useLayoutEffect(() => {
		const { wanted } = model;
		if (!wanted || !("task" in wanted) || wanted.task !== id) return;
		model.wanted = undefined;
		link.current?.focus({ preventScroll: true });
		link.current?.scrollIntoView({ block: "nearest" });
	});
	if (!task || !bar) return null;
	const column = store.tables.columns.get(task.column_id);
	const people = task.assignee_ids.flatMap((one) => store.tables.members.get(one) ?? []);
	const editable = model.editable.value;
	const isLong = to > from;
	const dragged = model.dragged.value?.id === id;
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: the link in it is what keys and screen readers use
		<div
			class="cal-task"
			style={{ "--lane": lane, "--span": to - from + 1 }}
			data-hue={column ? columnHue(column, model.columns.value) : "none"}
			data-continued={isContinued || undefined}
			data-continues={continues || undefined}
			data-done={task.completed_at !== null || undefined}
			data-due={dueState(task, today()) ?? undefined}
			data-dragged={dragged || undefined}
			data-editable={editable || undefined}
			data-remote={model.remote.value.has(id) || undefined}
			data-pending={store.tables.tasks.pending(id) || undefined}
			data-selected={selected || undefined}
			onPointerDown={(event) => dragTask(model, task, "whole", event)}
			onPointerEnter={() => {
				model.hovered = id;
			}}
			onPointerLeave={() => {
				if (model.hovered === id) model.hovered = undefined;
			}}
			onContextMenu={(event) => {
				event.preventDefault();
				// A finger that rests lifts the task; when it leaves without having moved, the menu opens.
				if ((event as unknown as PointerEvent).pointerType === "touch") return;
				const point = new DOMRect(event.clientX, event.clientY, 0, 0);
				const isByKey = event.clientX === 0 && event.clientY === 0;
				model.panel.value = { kind: "menu", id, at: () => (isByKey ? link.current : point) };
			}}
		>
			<a
				ref={link}
				class="cal-link"
				data-task={id}
				href={model.address(task)}
				draggable={false}
				tabIndex={isTabbed ? 0 : -1}
				aria-label={describe(store, task, bar, selected)}
				onClick={(event) => {
					if (editable && model.selection.tap(event, id)) event.preventDefault();
				}}
				title={`${nameOf(store, task)} ${task.title}`}
			>
				{task.completed_at !== null && <CircleCheck size={13} aria-hidden="true" class="cal-done" />}
				{isLong && <span class="cal-key">{nameOf(store, task)}</span>}
				<span class="cal-name" dir="auto">
					{task.title}
				</span>
				{(isLong || mode.value === "week") &&
					people
						// On one day the name needs the room.
						.slice(0, isLong ? mostPeople : 1)
						.map((one) => <Avatar key={one.id} id={one.id} name={one.name} size="s" decorative />)}
			</a>
			{editable && !isContinued && <Grip end="start" />}
			{editable && !continues && <Grip end="due" />}
		</div>
	);

	function Grip({ end }: { end: "start" | "due" }) {
		return (
			<span
				class="cal-grip"
				data-end={end}
				onPointerDown={(event) => {
					if (!task) return;
					event.stopPropagation();
					dragTask(model, task, end, event);
				}}
			/>
		);
	}
}
