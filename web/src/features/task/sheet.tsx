import type { Task, User } from "boardcast";
import { Archive, ArchiveRestore, Circle, CircleCheck, Ellipsis, Link, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { uploadFiles } from "../../domain/attachment/uploads";
import { Beside } from "../../domain/presence/faces";
import { type TaskPanel, taskActions } from "../../domain/task/actions";
import { DeleteTask } from "../../domain/task/delete-task";
import { task as words } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { type PickerKind, TaskPicker } from "../../domain/task/picker";
import { taskRights } from "../../domain/task/rights";
import { instance, loadInstance } from "../../live/session";
import type { ProjectStore } from "../../live/store/project";
import { type Action, inGroups, isEnabled, perform } from "../../platform/actions";
import { common } from "../../platform/i18n/common";
import { ago, exactTime } from "../../platform/i18n/dates";
import { useActions } from "../../platform/use-actions";
import { Button, IconButton } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { modals } from "../../ui/modals";
import { Attachments } from "./attachments";
import { Checklist } from "./checklist";
import { Dependencies } from "./dependencies";
import { Description } from "./description";
import { task as taskWords } from "./messages";
import type { Part } from "./part";
import { Properties } from "./properties";
import { Talk } from "./talk";
import { Title } from "./title";
import { useFileDrop } from "./use-file-drop";
import { Watch } from "./watch";
import "./task.css";

interface Props {
	store: ProjectStore;
	user: User;
	task: Task;
	/** An archived task is only shown, and can be restored. */
	onBoard: boolean;
	address: (number: number) => string;
	onClose: () => void;
}

export function Sheet({ store, user, task, onBoard, address, onClose }: Props) {
	const root = useRef<HTMLDivElement>(null);
	const [picker, setPicker] = useState<{ kind: PickerKind; anchor: Element } | undefined>(undefined);
	const [deleting, setDeleting] = useState(false);
	const rights = taskRights(store, user);
	const may = { ...rights, write: rights.write && onBoard };
	const name = nameOf(store, task);
	const openPanel = (what: TaskPanel) => {
		if (what === "delete") return setDeleting(true);
		const anchor = root.current?.querySelector(`[data-field="${what}"]`);
		if (what === "title" || what === "move") (anchor as HTMLElement | null)?.focus();
		else if (anchor) setPicker({ kind: what, anchor });
	};
	const actions = taskActions({
		store,
		rights: () => may,
		current: () => task,
		openPanel,
		address: ({ number }) => address(number),
	});
	// Disabled while another dialog is open over this one.
	useActions(() =>
		actions.map((action) => ({ ...action, enabled: () => modals.peek().length === 1 && isEnabled(action) })),
	);
	const isOpen = onBoard && task.archived_at === null;
	const takesFiles = may.write && instance.value?.attachment_limit !== undefined;
	useEffect(() => {
		void loadInstance();
	}, []);
	useFileDrop(root, takesFiles ? taskWords.dropFiles : undefined, (files) =>
		uploadFiles(store.id, task.id, files),
	);
	const part: Part = {
		store,
		user,
		task,
		write: may.write,
		address,
		openPicker: (kind, anchor) => setPicker({ kind, anchor }),
	};
	return (
		<div class="task" ref={root}>
			<div class="task-head">
				<span class="task-name" tabIndex={-1} autofocus>
					{name}
				</span>
				<Done task={task} write={may.write} />
				<span class="task-tools">
					<IconButton icon={Link} label={words.copyLink} onClick={() => perform("task.copy_link")} />
					{(may.write || may.remove(task)) && <More actions={actions} />}
					<IconButton icon={X} label={common.close} onClick={onClose} />
				</span>
			</div>
			{task.archived_at !== null && (
				<p class="task-note">
					<Archive size={14} aria-hidden="true" /> {taskWords.archivedNote}
					{may.remove(task) && (
						<Button icon={ArchiveRestore} onClick={() => perform("task.archive")}>
							{words.restore}
						</Button>
					)}
				</p>
			)}
			{!rights.write && !store.past && <p class="task-note">{taskWords.readOnly}</p>}
			<div class="task-body">
				<div class="task-main task-texts" data-edits>
					<Title {...part} />
					{!store.past && <Beside project={store.id} task={task.id} />}
					{store.past ? <p class="soft">{taskWords.isPast}</p> : <Description {...part} />}
				</div>
				<aside class="task-side" aria-label={taskWords.properties}>
					<Properties {...part} />
					{!store.past && <Watch {...part} />}
					<Created store={store} task={task} />
				</aside>
				<div class="task-main task-parts">
					<Checklist {...part} />
					<Dependencies {...part} />
					{!store.past && <Attachments {...part} open={isOpen} />}
					{!store.past && <Talk {...part} open={isOpen} />}
				</div>
			</div>
			{picker && (
				<TaskPicker
					key={picker.kind}
					store={store}
					id={task.id}
					kind={picker.kind}
					anchor={() => picker.anchor}
					onClose={() => setPicker(undefined)}
					manage={may.manage}
				/>
			)}
			{deleting && (
				<DeleteTask store={store} task={task} onClose={() => setDeleting(false)} onDeleted={onClose} />
			)}
		</div>
	);
}

function Done({ task, write }: { task: Task; write: boolean }) {
	const done = task.completed_at !== null;
	if (!write) return done ? <span class="task-done">{taskWords.isDone}</span> : null;
	return (
		<Button
			tone="ghost"
			class={done ? "task-done" : ""}
			icon={done ? CircleCheck : Circle}
			aria-pressed={done}
			title={task.completed_at ? taskWords.doneAt(exactTime(task.completed_at)) : undefined}
			onClick={() => perform("task.complete")}
		>
			{done ? taskWords.isDone : taskWords.notDone}
		</Button>
	);
}

function More({ actions }: { actions: readonly Action[] }) {
	return (
		<Menu
			label={taskWords.more}
			actions={inGroups(actions.filter(isEnabled), [["task.duplicate", "task.archive"], ["task.delete"]])}
			trigger={(props) => <IconButton icon={Ellipsis} label={taskWords.more} {...props} />}
		/>
	);
}

function Created({ store, task }: { store: ProjectStore; task: Task }) {
	const who = store.tables.members.get(task.created_by)?.name ?? taskWords.somebody;
	return (
		<p class="task-created">
			{taskWords.createdBy(who)}{" "}
			<time dateTime={task.created_at} title={exactTime(task.created_at)}>
				{ago(task.created_at)}
			</time>
		</p>
	);
}
