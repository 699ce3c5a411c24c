import type { Priority, Task } from "boardcast";
import { useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { Avatar } from "../../ui/avatar";
import { Combobox } from "../../ui/combobox";
import { DayPanel } from "../../ui/day-field";
import { Popover } from "../../ui/popover";
import { LabelManager } from "../label/label-manager";
import { LabelPicker } from "../label/label-picker";
import { label as labelWords } from "../label/messages";
import { assignable } from "../member/assignable";
import { scheduleTask } from "../schedule/commands";
import { withEnd } from "./bars";
import { ColumnPicker } from "./column-picker";
import { moveTask, patchTask, setAssigned } from "./commands";
import { later } from "./later";
import { task as words } from "./messages";
import { endOf } from "./place";
import { priorities } from "./priorities";
import { PriorityMark } from "./priority-mark";
import "./picker.css";

export type PickerKind = "assign" | "labels" | "priority" | "milestone" | "start" | "due" | "move";

interface Props {
	store: ProjectStore;
	/** The id of the task. */
	id: string;
	kind: PickerKind;
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
	/** Whether the user may create and change labels. */
	manage: boolean;
	/** What was typed to open it. */
	typed?: string | undefined;
}

/** The small panels that change one field of a task. Card, menu, key and dialog open the same ones. */
export function TaskPicker({ store, id, kind, anchor, onClose, manage, typed }: Props) {
	const task = store.tables.tasks.get(id);
	// Not inside the popover: a modal dialog closes every popover when it opens.
	const [managing, setManaging] = useState(false);
	const leaving = useRef(false);
	if (managing) return <LabelManager store={store} onClose={onClose} />;
	if (!task) return null;
	const titles = {
		assign: later.pickPeople,
		labels: labelWords.pickLabels,
		priority: later.pickPriority,
		milestone: later.pickMilestone,
		start: later.start,
		due: later.due,
		move: later.pickColumn,
	};
	const props = { store, task, onClose };
	const manageLabels = () => {
		leaving.current = true;
		setManaging(true);
	};
	const close = () => {
		if (!leaving.current) onClose();
	};
	return (
		<Popover label={titles[kind]} anchor={anchor} onClose={close}>
			{kind === "assign" && <People {...props} />}
			{kind === "labels" && (
				<LabelPicker store={store} task={task} onManage={manage ? manageLabels : undefined} />
			)}
			{kind === "priority" && <Priorities {...props} />}
			{kind === "milestone" && <Milestones {...props} />}
			{kind === "start" && <DateOf {...props} end="start_on" label={later.start} typed={typed} />}
			{kind === "due" && <DateOf {...props} end="due_on" label={later.due} typed={typed} />}
			{kind === "move" && (
				<ColumnPicker
					store={store}
					label={later.pickColumn}
					picked={[task.column_id]}
					onPick={(column, end) => {
						onClose();
						moveTask(store, task, endOf(store, column, task, end));
					}}
				/>
			)}
		</Popover>
	);
}

interface Part {
	store: ProjectStore;
	task: Task;
	onClose: () => void;
}

function People({ store, task }: Part) {
	const members = assignable(store.tables.members.all(), task.assignee_ids);
	return (
		<Combobox
			label={later.pickPeople}
			placeholder={later.findPerson}
			picked={task.assignee_ids}
			choices={members.map(({ id, name }) => ({
				id,
				label: name,
				picture: <Avatar id={id} name={name} size="s" decorative />,
			}))}
			onToggle={(user) => setAssigned(store, task, user, !task.assignee_ids.includes(user))}
		/>
	);
}

function Priorities({ store, task, onClose }: Part) {
	return (
		<Combobox
			label={later.pickPriority}
			placeholder={later.priority}
			picked={[task.priority]}
			choices={priorities.map((priority) => ({
				id: priority,
				label: words.priorityName(priority),
				picture: <PriorityMark priority={priority} decorative />,
			}))}
			onToggle={(priority) => {
				onClose();
				patchTask(store, task, { priority: priority as Priority });
			}}
		/>
	);
}

function Milestones({ store, task, onClose }: Part) {
	const milestones = store.tables.milestones.all().sort((a, b) => a.name.localeCompare(b.name));
	return (
		<Combobox
			label={later.pickMilestone}
			placeholder={later.findMilestone}
			picked={[task.milestone_id ?? ""]}
			choices={[
				...milestones.map(({ id, name }) => ({ id, label: name })),
				{ id: "", label: later.noMilestone },
			]}
			onToggle={(id) => {
				onClose();
				if (id !== (task.milestone_id ?? "")) patchTask(store, task, { milestone_id: id || null });
			}}
		/>
	);
}

function DateOf({
	store,
	task,
	onClose,
	end,
	label,
	typed,
}: Part & { end: "start_on" | "due_on"; label: string; typed: string | undefined }) {
	const pick = (day: string | null) => {
		onClose();
		scheduleTask(store, task, withEnd(task, { [end]: day }).dates, "keep");
	};
	return <DayPanel label={label} value={task[end]} onPick={pick} typed={typed} />;
}
