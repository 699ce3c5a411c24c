import type { ListedTask } from "boardcast";
import { CalendarClock, Circle, CircleCheck } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { completeListed, setListedDue, storeOf } from "../../domain/listed-task/commands";
import { Due } from "../../domain/task/due-mark";
import { PriorityMark } from "../../domain/task/priority-mark";
import { addressOf, allProjects } from "../../live/projects";
import { href } from "../../platform/route";
import { IconButton } from "../../ui/button";
import { DayPanel } from "../../ui/day-field";
import { Popover } from "../../ui/popover";
import { myWork } from "./messages";
import type { MyWork } from "./model";

interface Props {
	task: ListedTask;
	model: MyWork;
	/** Others are to do it: they are named. */
	isOthers: boolean;
}

/** A task with what is done most often: mark it as done, change its day, open it. */
export function Row({ task, model, isOthers }: Props) {
	const [isOpen, setOpen] = useState(false);
	const row = useRef<HTMLLIElement>(null);
	const button = useRef<HTMLButtonElement | null>(null);
	useLayoutEffect(() => () => keepFocus(row.current), []);
	const project = allProjects.value?.find(({ id }) => id === task.project_id);
	const isDone = task.completed_at !== null;
	const mayWrite = project !== undefined && project.role !== "viewer" && project.role !== "commenter";
	const key = project ? addressOf(project) : task.project_id;
	const { priority } = task;
	return (
		<li ref={row} class="row my-work-row" data-done={isDone || undefined} data-row={task.id}>
			<IconButton
				class="my-work-check"
				icon={isDone ? CircleCheck : Circle}
				label={(isDone ? myWork.reopen : myWork.complete)(task.key)}
				disabled={!mayWrite}
				data-do="complete"
				onClick={() => completeListed(task, !isDone, model.meanwhile)}
			/>
			<div class="row-words">
				<a class="my-work-link" href={href({ name: "project", key, view: "board", task: task.number })}>
					<span class="my-work-key">{task.key}</span> <bdi>{task.title}</bdi>
				</a>
				<p class="row-note my-work-where">
					<bdi>{project?.name}</bdi>
					{isOthers && <People task={task} />}
				</p>
			</div>
			{priority !== "none" && <PriorityMark priority={priority} />}
			<Due task={task} />
			<IconButton
				buttonRef={(element) => {
					button.current = element;
				}}
				icon={CalendarClock}
				label={myWork.setDue(task.key)}
				disabled={!mayWrite}
				aria-haspopup="dialog"
				aria-expanded={isOpen}
				data-do="due"
				onClick={() => setOpen(true)}
			/>
			{isOpen && (
				<Popover label={myWork.setDue(task.key)} anchor={() => button.current} onClose={() => setOpen(false)}>
					<DayPanel
						label={myWork.due}
						value={task.due_on}
						onPick={(due_on) => {
							setOpen(false);
							setListedDue(task, due_on, model.meanwhile);
						}}
					/>
				</Popover>
			)}
		</li>
	);
}

/** Before a row goes: the focus follows its task to another day; of one that is done it goes to the row that takes its place. */
function keepFocus(row: HTMLElement | null): void {
	if (!row?.contains(document.activeElement)) return;
	const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
	const at = rows.indexOf(row);
	const next = rows[at + 1] ?? rows[at - 1];
	const id = CSS.escape(row.dataset["row"] ?? "");
	queueMicrotask(() => {
		const to = document.querySelector(`section:not([data-section="recent"]) [data-row="${id}"]`) ?? next;
		to?.querySelector<HTMLElement>(".my-work-link")?.focus();
	});
}

/** Their names, where the project is loaded: the list has only ids. */
function People({ task }: { task: ListedTask }) {
	const members = storeOf(task)?.store.tables.members;
	const names = task.assignee_ids.flatMap((id) => members?.get(id)?.name ?? []);
	return names.length > 0 ? <span>{myWork.with(names.join(", "))}</span> : null;
}
