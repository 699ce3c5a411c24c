import type { Priority, Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { Avatar } from "../../ui/avatar";
import { Dot } from "../../ui/chip";
import { Combobox } from "../../ui/combobox";
import { DayPanel } from "../../ui/day-field";
import { Popover } from "../../ui/popover";
import { assignable } from "../member/assignable";
import { ColumnPicker } from "../task/column-picker";
import { later } from "../task/later";
import { task as taskWords } from "../task/messages";
import { priorities } from "../task/priorities";
import { PriorityMark } from "../task/priority-mark";
import type { BulkChange } from "./commands";
import { selection as words } from "./messages";

export type BulkKind = "move" | "assign" | "labels" | "priority" | "due" | "milestone";

interface Part {
	store: ProjectStore;
	tasks: readonly Task[];
	change: (change: BulkChange) => void;
	onClose: () => void;
}
interface Props extends Part {
	kind: BulkKind;
	anchor: () => Element | null;
}

/** The panels that change one field of all selected tasks. A choice has its mark where all of them have it. */
export function BulkPicker({ kind, anchor, ...part }: Props) {
	return (
		<Popover label={words[kind]} anchor={anchor} onClose={part.onClose}>
			{kind === "move" && <Columns {...part} />}
			{kind === "assign" && <People {...part} />}
			{kind === "labels" && <Labels {...part} />}
			{kind === "priority" && <Priorities {...part} />}
			{kind === "milestone" && <Milestones {...part} />}
			{kind === "due" && <Due {...part} />}
		</Popover>
	);
}

function Columns({ store, tasks, change, onClose }: Part) {
	return (
		<ColumnPicker
			store={store}
			label={words.move}
			picked={common(tasks, (task) => [task.column_id])}
			onPick={(column_id, place) => {
				onClose();
				change({ column_id, place });
			}}
		/>
	);
}

function People({ store, tasks, change }: Part) {
	const picked = common(tasks, (task) => task.assignee_ids);
	return (
		<Combobox
			label={words.assign}
			placeholder={later.findPerson}
			picked={picked}
			choices={assignable(store.tables.members.all(), picked).map(({ id, name }) => ({
				id,
				label: name,
				picture: <Avatar id={id} name={name} size="s" decorative />,
			}))}
			onToggle={(id) =>
				change(picked.includes(id) ? { remove_assignee_ids: [id] } : { add_assignee_ids: [id] })
			}
		/>
	);
}

function Labels({ store, tasks, change }: Part) {
	const picked = common(tasks, (task) => task.label_ids);
	return (
		<Combobox
			label={words.labels}
			picked={picked}
			choices={store.tables.labels
				.all()
				.sort((a, b) => a.name.localeCompare(b.name))
				.map(({ id, name, colour }) => ({ id, label: name, picture: <Dot colour={colour} /> }))}
			onToggle={(id) => change(picked.includes(id) ? { remove_label_ids: [id] } : { add_label_ids: [id] })}
		/>
	);
}

function Priorities({ tasks, change, onClose }: Part) {
	return (
		<Combobox
			label={words.priority}
			placeholder={later.priority}
			picked={common(tasks, (task) => [task.priority])}
			choices={priorities.map((priority) => ({
				id: priority,
				label: taskWords.priorityName(priority),
				picture: <PriorityMark priority={priority} decorative />,
			}))}
			onToggle={(priority) => {
				onClose();
				change({ patch: { priority: priority as Priority } });
			}}
		/>
	);
}

function Milestones({ store, tasks, change, onClose }: Part) {
	const all = store.tables.milestones.all().sort((a, b) => a.name.localeCompare(b.name));
	return (
		<Combobox
			label={words.milestone}
			placeholder={later.findMilestone}
			picked={common(tasks, (task) => [task.milestone_id ?? ""])}
			choices={[...all.map(({ id, name }) => ({ id, label: name })), { id: "", label: later.noMilestone }]}
			onToggle={(id) => {
				onClose();
				change({ patch: { milestone_id: id || null } });
			}}
		/>
	);
}

function Due({ tasks, change, onClose }: Part) {
	const [due] = common(tasks, (task) => [task.due_on ?? ""]);
	return (
		<DayPanel
			label={words.due}
			value={due || null}
			onPick={(due_on) => {
				onClose();
				change({ patch: { due_on, keep_length: true } });
			}}
		/>
	);
}

/** What all of the tasks have. */
function common(tasks: readonly Task[], of: (task: Task) => readonly string[]): string[] {
	const [first, ...others] = tasks.map(of);
	return (first ?? []).filter((id) => others.every((ids) => ids.includes(id)));
}
