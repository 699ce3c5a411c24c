import { useRef, useState } from "preact/hooks";
import type { Priority, Task } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { day, today } from "../../lib/messages/dates";
import { task as words } from "../../lib/messages/task";
import { byPosition } from "../../lib/store/position";
import type { ProjectStore } from "../../lib/store/project";
import { daysAfter, nextMonday } from "../../lib/tasks/due";
import { moveTask, patchTask, setAssigned } from "../../lib/tasks/edits";
import { Avatar } from "../avatar";
import { Button } from "../button";
import { Combobox } from "../combobox";
import { Popover } from "../popover";
import { DayField } from "./day-field";
import { LabelManager } from "./label-manager";
import { LabelPicker } from "./label-picker";
import { PriorityMark } from "./priority-mark";
import "./picker.css";

export type Ask = "assign" | "labels" | "priority" | "due" | "move";

interface Props {
	store: ProjectStore;
	/** The task's id; what is picked follows it live. */
	id: string;
	ask: Ask;
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
	/** Labels can be made and changed from here. */
	manage: boolean;
}

/** The small panels that change one field of a task, the same from card, menu, key and dialog. */
export function TaskPicker({ store, id, ask, anchor, onClose, manage }: Props) {
	const task = store.tables.tasks.get(id);
	// Not inside the popover: a modal dialog closes every popover when it opens.
	const [managing, setManaging] = useState(false);
	const leaving = useRef(false);
	if (managing) return <LabelManager store={store} onClose={onClose} />;
	if (!task) return null;
	const titles = {
		assign: words.pickPeople,
		labels: words.pickLabels,
		priority: words.pickPriority,
		due: words.due,
		move: words.pickColumn,
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
		<Popover label={titles[ask]} anchor={anchor} onClose={close}>
			{ask === "assign" && <People {...props} />}
			{ask === "labels" && (
				<LabelPicker store={store} task={task} onManage={manage ? manageLabels : undefined} />
			)}
			{ask === "priority" && <Priorities {...props} />}
			{ask === "due" && <DueDate {...props} />}
			{ask === "move" && <Columns {...props} />}
		</Popover>
	);
}

interface Part {
	store: ProjectStore;
	task: Task;
	onClose: () => void;
}

function People({ store, task }: Part) {
	const members = store.tables.members.all().sort((a, b) => a.name.localeCompare(b.name));
	return (
		<Combobox
			label={words.pickPeople}
			placeholder={words.findPerson}
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

const priorities: readonly Priority[] = ["urgent", "high", "medium", "low", "none"];

function Priorities({ store, task, onClose }: Part) {
	return (
		<Combobox
			label={words.pickPriority}
			placeholder={words.priority}
			picked={[task.priority]}
			choices={priorities.map((priority) => ({
				id: priority,
				label: common.priority(priority),
				picture: <PriorityMark priority={priority} decorative />,
			}))}
			onToggle={(priority) => {
				onClose();
				patchTask(store, task, { priority: priority as Priority });
			}}
		/>
	);
}

function Columns({ store, task, onClose }: Part) {
	const columns = store.tables.columns.all().sort(byPosition);
	return (
		<Combobox
			label={words.pickColumn}
			placeholder={words.findColumn}
			picked={[task.column_id]}
			choices={columns.map(({ id, name }) => ({ id, label: name }))}
			onToggle={(column_id) => {
				onClose();
				const after = store.tasksByColumn.of(column_id).findLast((id) => id !== task.id) ?? null;
				if (column_id !== task.column_id) moveTask(store, task, { column_id, after });
			}}
		/>
	);
}

function DueDate({ store, task, onClose }: Part) {
	const now = today();
	const pick = (due_on: string | null) => {
		onClose();
		if (due_on !== task.due_on) patchTask(store, task, { due_on });
	};
	const quick = [
		[words.today, now],
		[words.tomorrow, daysAfter(now, 1)],
		[words.nextWeek, nextMonday(now)],
	] as const;
	return (
		<div class="picker-due">
			<DayField label={words.due} value={task.due_on} min={task.start_on ?? undefined} onPick={pick} />
			<div class="picker-days">
				{quick.map(([label, value]) => (
					<Button key={value} tone="ghost" onClick={() => pick(value)}>
						<span>{label}</span>
						<span class="soft">{day(value)}</span>
					</Button>
				))}
				{task.due_on && (
					<Button tone="ghost" onClick={() => pick(null)}>
						{words.noDate}
					</Button>
				)}
			</div>
		</div>
	);
}
