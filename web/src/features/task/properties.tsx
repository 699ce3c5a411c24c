import { byPosition, limits } from "boardcast";
import { useEffect, useRef, useState } from "preact/hooks";
import { label as labelWords } from "../../domain/label/messages";
import { scheduleTask } from "../../domain/schedule/commands";
import { withEnd } from "../../domain/task/bars";
import { moveTask, patchTask } from "../../domain/task/commands";
import { Due } from "../../domain/task/due-mark";
import { later } from "../../domain/task/later";
import { task as words } from "../../domain/task/messages";
import { endOf } from "../../domain/task/place";
import { PriorityMark } from "../../domain/task/priority-mark";
import { announce } from "../../platform/announce";
import { day } from "../../platform/i18n/dates";
import { toast } from "../../platform/toasts";
import { within } from "../../platform/within";
import { Avatar } from "../../ui/avatar";
import { Chip } from "../../ui/chip";
import { DayField } from "../../ui/day-field";
import { SelectField, TextField } from "../../ui/field";
import { task as taskWords } from "./messages";
import type { Part } from "./part";
import { Property } from "./property";

export function Properties(part: Part) {
	const { store, task, write, openPicker } = part;
	const people = task.assignee_ids.flatMap((id) => store.tables.members.get(id) ?? []);
	const labels = task.label_ids.flatMap((id) => store.tables.labels.get(id) ?? []);
	return (
		<div class="props">
			<Where {...part} />
			<Property
				label={taskWords.assignees}
				field="assign"
				onPress={write ? (anchor) => openPicker("assign", anchor) : undefined}
			>
				{people.length === 0 && <span class="soft">{taskWords.nobody}</span>}
				{people.map(({ id, name }) => (
					<span key={id} class="prop-person">
						<Avatar id={id} name={name} size="s" decorative />
						<bdi>{name}</bdi>
					</span>
				))}
			</Property>
			<Property
				label={labelWords.labels}
				field="labels"
				onPress={write ? (anchor) => openPicker("labels", anchor) : undefined}
			>
				{labels.length === 0 && <span class="soft">{taskWords.noLabel}</span>}
				{labels.map(({ id, name, colour }) => (
					<Chip key={id} colour={colour}>
						{name}
					</Chip>
				))}
			</Property>
			<Property
				label={later.priority}
				field="priority"
				onPress={write ? (anchor) => openPicker("priority", anchor) : undefined}
			>
				<PriorityMark priority={task.priority} decorative />
				<span class={task.priority === "none" ? "soft" : ""}>{words.priorityName(task.priority)}</span>
			</Property>
			<Dates {...part} />
			<Milestone {...part} />
			<Estimate {...part} />
		</div>
	);
}

function Where({ store, task, write }: Part) {
	const columns = store.tables.columns.all().sort(byPosition);
	if (!write) {
		return (
			<Property label={taskWords.column}>{store.tables.columns.get(task.column_id)?.name ?? ""}</Property>
		);
	}
	return (
		<div class="prop prop-control">
			<SelectField
				label={taskWords.column}
				data-field="move"
				value={task.column_id}
				options={columns.map(({ id, name }) => ({ value: id, label: name }))}
				onPick={(id) => moveTask(store, task, endOf(store, id, task))}
			/>
		</div>
	);
}

function Dates({ store, task, write }: Part) {
	const [said, setSaid] = useState<{ end: "start_on" | "due_on"; at: string } | null>(null);
	if (!write) {
		return (
			<>
				<Property label={taskWords.start}>{task.start_on ? day(task.start_on) : later.noDate}</Property>
				<Property label={later.due}>{task.due_on ? <Due task={task} /> : later.noDate}</Property>
			</>
		);
	}
	const set = (changes: { start_on?: string | null; due_on?: string | null }) => {
		const { dates, along } = withEnd(task, changes);
		const at = along && dates[along];
		setSaid(along && at ? { end: along, at } : null);
		if (along && at) announce(taskWords.wentAlong(day(at)));
		scheduleTask(store, task, dates, "keep");
	};
	// Until it gets another day.
	const hint = (end: "start_on" | "due_on") =>
		said?.end === end && task[end] === said.at ? taskWords.wentAlong(day(said.at)) : undefined;
	return (
		<>
			<div class="prop prop-control">
				<DayField
					label={taskWords.start}
					value={task.start_on}
					onPick={(start_on) => set({ start_on })}
					hint={hint("start_on")}
				/>
			</div>
			<div class="prop prop-control" data-field="due">
				<DayField
					label={later.due}
					value={task.due_on}
					onPick={(due_on) => set({ due_on })}
					hint={hint("due_on")}
				/>
			</div>
		</>
	);
}

function Milestone({ store, task, write }: Part) {
	const milestones = store.tables.milestones.all().sort((a, b) => a.name.localeCompare(b.name));
	const current = milestones.find(({ id }) => id === task.milestone_id);
	if (!write || milestones.length === 0) {
		return (
			<Property label={taskWords.milestone}>
				{current?.name ?? <span class="soft">{write ? taskWords.noMilestones : taskWords.noMilestone}</span>}
			</Property>
		);
	}
	const none = { value: "", label: taskWords.noMilestone };
	return (
		<div class="prop prop-control">
			<SelectField
				label={taskWords.milestone}
				value={task.milestone_id ?? ""}
				options={[none, ...milestones.map(({ id, name }) => ({ value: id, label: name }))]}
				onPick={(id) => patchTask(store, task, { milestone_id: id || null })}
			/>
		</div>
	);
}

function Estimate({ store, task, write }: Part) {
	const [text, setText] = useState<string | null>(null);
	const shown = text ?? task.estimate?.toString() ?? "";
	const value = shown.trim() === "" ? null : Number(shown.replace(",", "."));
	const wrong = value !== null && !within(value, limits.TaskPatch.estimate);
	const left = useRef<string | null>(null);
	left.current = wrong ? shown : null;
	// The field goes with the dialog: what it could not save is said.
	useEffect(
		() => () => {
			if (left.current === null) return;
			const detail = taskWords.estimateWrong(limits.TaskPatch.estimate);
			toast({ tone: "danger", text: taskWords.estimateLost(left.current), detail, project: store.id });
		},
		[],
	);
	if (!write) return <Property label={taskWords.estimate}>{task.estimate ?? taskWords.noLabel}</Property>;
	const save = () => {
		if (text === null || wrong) return;
		setText(null);
		if (value !== task.estimate) patchTask(store, task, { estimate: value });
	};
	return (
		<div class="prop prop-control">
			<TextField
				label={taskWords.estimate}
				title={taskWords.estimateHint}
				inputMode="decimal"
				placeholder={taskWords.noLabel}
				value={shown}
				onText={setText}
				onBlur={save}
				onKeyDown={(event) => event.key === "Enter" && save()}
				error={wrong ? taskWords.estimateWrong(limits.TaskPatch.estimate) : undefined}
			/>
		</div>
	);
}
