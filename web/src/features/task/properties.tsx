import { useState } from "preact/hooks";
import { Avatar } from "../../components/avatar";
import { Chip } from "../../components/chip";
import { SelectField, TextField } from "../../components/field";
import { DayField } from "../../components/task/day-field";
import { Due } from "../../components/task/due";
import { PriorityMark } from "../../components/task/priority-mark";
import { common } from "../../lib/messages/common";
import { day } from "../../lib/messages/dates";
import { task as words } from "../../lib/messages/task";
import { byPosition } from "../../lib/store/position";
import { moveTask, patchTask } from "../../lib/tasks/edits";
import { placeAt } from "../../lib/tasks/places";
import { Property } from "./property";
import type { Part } from "./sheet";

export function Properties(part: Part) {
	const { store, task, write, ask } = part;
	const people = task.assignee_ids.flatMap((id) => store.tables.members.get(id) ?? []);
	const labels = task.label_ids.flatMap((id) => store.tables.labels.get(id) ?? []);
	return (
		<div class="props">
			<Where {...part} />
			<Property
				label={words.assignees}
				field="assign"
				onPress={write ? (anchor) => ask("assign", anchor) : undefined}
			>
				{people.length === 0 && <span class="soft">{words.nobody}</span>}
				{people.map(({ id, name }) => (
					<span key={id} class="prop-person">
						<Avatar id={id} name={name} size="s" decorative />
						{name}
					</span>
				))}
			</Property>
			<Property
				label={words.labels}
				field="labels"
				onPress={write ? (anchor) => ask("labels", anchor) : undefined}
			>
				{labels.length === 0 && <span class="soft">{words.noLabel}</span>}
				{labels.map(({ id, name, colour }) => (
					<Chip key={id} colour={colour}>
						{name}
					</Chip>
				))}
			</Property>
			<Property
				label={words.priority}
				field="priority"
				onPress={write ? (anchor) => ask("priority", anchor) : undefined}
			>
				<PriorityMark priority={task.priority} decorative />
				<span class={task.priority === "none" ? "soft" : ""}>{common.priority(task.priority)}</span>
			</Property>
			<Dates {...part} />
			<Milestone {...part} />
			<Estimate {...part} />
		</div>
	);
}

function Where({ store, task, write }: Part) {
	const columns = store.tables.columns.all().sort(byPosition);
	const ids = store.tasksByColumn.of(task.column_id);
	const at = ids.indexOf(task.id) + 1;
	const column = store.tables.columns.get(task.column_id)?.name ?? "";
	if (!write) {
		return (
			<>
				<Property label={words.column}>{column}</Property>
				{at > 0 && (
					<Property label={words.position}>
						{at} / {ids.length}
					</Property>
				)}
			</>
		);
	}
	const move = (column_id: string, index: number) =>
		moveTask(store, task, placeAt(column_id, store.tasksByColumn.of(column_id), task.id, index));
	return (
		<>
			<div class="prop prop-control">
				<SelectField
					label={words.column}
					data-field="move"
					value={task.column_id}
					options={columns.map(({ id, name }) => ({ value: id, label: name }))}
					onPick={(id) => move(id, Number.POSITIVE_INFINITY)}
				/>
			</div>
			{at > 0 && ids.length > 1 && (
				<Position at={at} count={ids.length} onPick={(position) => move(task.column_id, position - 1)} />
			)}
		</>
	);
}

/** Cards move while somebody types: what is typed stays until it is left. */
function Position({ at, count, onPick }: { at: number; count: number; onPick: (at: number) => void }) {
	const [text, setText] = useState<string | null>(null);
	const save = () => {
		const wanted = Math.trunc(Number(text));
		setText(null);
		if (wanted >= 1 && wanted !== at) onPick(wanted);
	};
	return (
		<div class="prop prop-control prop-short">
			<TextField
				label={words.position}
				type="number"
				min={1}
				max={count}
				value={text ?? at}
				onText={setText}
				onChange={save}
				onBlur={() => setText(null)}
			/>
			<span class="soft">/ {count}</span>
		</div>
	);
}

function Dates({ store, task, write }: Part) {
	const [wrong, setWrong] = useState(false);
	if (!write) {
		return (
			<>
				<Property label={words.start}>{task.start_on ? day(task.start_on) : words.noDate}</Property>
				<Property label={words.due}>{task.due_on ? <Due task={task} /> : words.noDate}</Property>
			</>
		);
	}
	const set = (changes: { start_on?: string | null; due_on?: string | null }) => {
		const { start_on, due_on } = { ...task, ...changes };
		const backwards = start_on !== null && due_on !== null && start_on > due_on;
		setWrong(backwards);
		if (!backwards) patchTask(store, task, changes);
	};
	return (
		<>
			<div class="prop prop-control">
				<DayField label={words.start} value={task.start_on} onPick={(start_on) => set({ start_on })} />
			</div>
			<div class="prop prop-control" data-field="due">
				<DayField
					label={words.due}
					value={task.due_on}
					onPick={(due_on) => set({ due_on })}
					error={wrong ? words.dueBeforeStart : undefined}
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
			<Property label={words.milestone}>
				{current?.name ?? <span class="soft">{words.noMilestone}</span>}
			</Property>
		);
	}
	const none = { value: "", label: words.noMilestone };
	return (
		<div class="prop prop-control">
			<SelectField
				label={words.milestone}
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
	const wrong = value !== null && !(value >= 0 && value <= 100_000);
	if (!write) return <Property label={words.estimate}>{task.estimate ?? words.noLabel}</Property>;
	const save = () => {
		if (text === null || wrong) return;
		setText(null);
		if (value !== task.estimate) patchTask(store, task, { estimate: value });
	};
	return (
		<div class="prop prop-control">
			<TextField
				label={words.estimate}
				title={words.estimateHint}
				inputMode="decimal"
				placeholder={words.noLabel}
				value={shown}
				onText={setText}
				onBlur={save}
				onKeyDown={(event) => event.key === "Enter" && save()}
				error={wrong ? words.estimateWrong : undefined}
			/>
		</div>
	);
}
