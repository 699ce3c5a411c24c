import type { Task } from "boardcast";
import { CircleCheck, Ellipsis } from "lucide-preact";
import { columnHue } from "../../domain/column/hue";
import { Due } from "../../domain/task/due-mark";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { PriorityMark } from "../../domain/task/priority-mark";
import { isSaved } from "../../live/provisional";
import { day } from "../../platform/i18n/dates";
import { Avatar } from "../../ui/avatar";
import { IconButton } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { Progress } from "../../ui/progress";
import { RelativeTime } from "../../ui/relative-time";
import type { ColumnId } from "./columns";
import { table as words } from "./messages";
import type { TableModel } from "./model";
import { checklistOf } from "./values";

interface Props {
	model: TableModel;
	task: Task;
	column: ColumnId;
}

/** What a cell shows while it is not edited. */
export function CellContent({ model, task, column }: Props) {
	const { tables } = model.store;
	switch (column) {
		case "number":
			return <Name model={model} task={task} />;
		case "title":
			return (
				<span class="table-title truncate" dir="auto" title={task.title}>
					{task.title}
				</span>
			);
		case "column": {
			const found = tables.columns.get(task.column_id);
			return (
				found && (
					<>
						<span
							class="column-kind"
							data-kind={found.kind}
							data-colour={columnHue(
								found,
								tables.columns.all().sort((a, b) => (a.position < b.position ? -1 : 1)),
							)}
							aria-hidden="true"
						/>
						<span class="truncate" dir="auto">
							{found.name}
						</span>
					</>
				)
			);
		}
		case "assignees":
			return <People model={model} task={task} />;
		case "labels":
			return task.label_ids.map((id) => {
				const label = tables.labels.get(id);
				return (
					label && (
						<Chip key={id} colour={label.colour}>
							{label.name}
						</Chip>
					)
				);
			});
		case "priority":
			return (
				task.priority !== "none" && (
					<>
						<PriorityMark priority={task.priority} decorative />
						<span>{taskWords.priorityName(task.priority)}</span>
					</>
				)
			);
		case "milestone":
			return (
				task.milestone_id !== null && (
					<span class="truncate" dir="auto">
						{tables.milestones.get(task.milestone_id)?.name}
					</span>
				)
			);
		case "start_on":
			return task.start_on !== null && <time dateTime={task.start_on}>{day(task.start_on)}</time>;
		case "due_on":
			return <Due task={task} />;
		case "estimate":
			return task.estimate;
		case "comments":
			return task.comment_count || null;
		case "checklist": {
			const { done, all } = checklistOf(model.store, task);
			return (
				all > 0 && (
					<>
						<Progress done={done} all={all} />
						<span>{words.checklist(done, all)}</span>
					</>
				)
			);
		}
		default: {
			const at = task[column];
			return at !== null && <RelativeTime at={at} />;
		}
	}
}

/** The number opens the task; the menu has everything else. */
function Name({ model, task }: Omit<Props, "column">) {
	const name = nameOf(model.store, task);
	if (!isSaved(task.id)) return <span class="soft">{name}</span>;
	return (
		<>
			<a class="table-number" href={model.address(task)} tabIndex={-1} draggable={false}>
				{name}
			</a>
			{task.completed_at !== null && (
				<span class="card-done" title={words.done}>
					<CircleCheck size={14} aria-hidden="true" />
					<span class="visually-hidden">{words.done}</span>
				</span>
			)}
			<IconButton
				class="table-menu"
				icon={Ellipsis}
				label={taskWords.menu(name)}
				tabIndex={-1}
				aria-haspopup="menu"
				data-menu
			/>
		</>
	);
}

const mostFaces = 4;

function People({ model, task }: Omit<Props, "column">) {
	const people = task.assignee_ids.flatMap((id) => model.store.tables.members.get(id) ?? []);
	const [first] = people;
	if (first && people.length === 1) {
		return (
			<>
				<Avatar id={first.id} name={first.name} size="s" decorative />
				<span class="truncate" dir="auto">
					{first.name}
				</span>
			</>
		);
	}
	return (
		<>
			{people.slice(0, mostFaces).map(({ id, name }) => (
				<Avatar key={id} id={id} name={name} size="s" />
			))}
			{people.length > mostFaces && <span class="soft">+{people.length - mostFaces}</span>}
		</>
	);
}
