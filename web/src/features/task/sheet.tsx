import { Archive, ArchiveRestore, Circle, CircleCheck, Ellipsis, Link, X } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../components/button";
import { itemOf, Menu } from "../../components/menu";
import { modals } from "../../components/modals";
import { Deletion } from "../../components/task/deletion";
import { type Ask, TaskPicker } from "../../components/task/picker";
import { findAction, perform, register } from "../../lib/actions/registry";
import type { Task, User } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { ago, moment } from "../../lib/messages/dates";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { type Asked, taskActions } from "../../lib/tasks/actions";
import { setArchived, setCompleted } from "../../lib/tasks/edits";
import { nameOf } from "../../lib/tasks/names";
import { type Rights, rights } from "../../lib/tasks/rights";
import { Checklist } from "./checklist";
import { Dependencies } from "./dependencies";
import { Description } from "./description";
import { Properties } from "./properties";
import { Title } from "./title";
import "./task.css";

interface Props {
	store: ProjectStore;
	user: User;
	task: Task;
	address: (number: number) => string;
	onClose: () => void;
}

/** What an open task's parts need. */
export interface Part {
	store: ProjectStore;
	task: Task;
	write: boolean;
	/** Open the panel for a field, hanging on the element that was pressed. */
	ask: (what: Ask, anchor: Element) => void;
}

export function Sheet({ store, user, task, address, onClose }: Props) {
	const root = useRef<HTMLDivElement>(null);
	const [asked, setAsked] = useState<{ what: Ask; anchor: Element } | undefined>(undefined);
	const [deleting, setDeleting] = useState(false);
	const may = rights(store, user);
	const name = nameOf(store, task);
	useKeys(store, task, may, address, (what) => {
		if (what === "delete") return setDeleting(true);
		const anchor = root.current?.querySelector(`[data-field="${what}"]`);
		if (what === "title" || what === "move") (anchor as HTMLElement | null)?.focus();
		else if (anchor) setAsked({ what, anchor });
	});
	const part: Part = { store, task, write: may.write, ask: (what, anchor) => setAsked({ what, anchor }) };
	return (
		<div class="task" ref={root}>
			<div class="task-head">
				<span class="task-name" tabIndex={-1} autofocus>
					{name}
				</span>
				<Done task={task} store={store} write={may.write} />
				<span class="task-tools">
					<IconButton icon={Link} label={words.copyLink} onClick={() => perform("task.copy_link")} />
					{may.remove(task) && <More task={task} />}
					<IconButton icon={X} label={common.close} onClick={onClose} />
				</span>
			</div>
			{task.archived_at !== null && (
				<p class="task-note">
					<Archive size={14} aria-hidden="true" /> {words.archivedNote}
					{may.remove(task) && (
						<Button icon={ArchiveRestore} onClick={() => setArchived(store, task, false)}>
							{words.restore}
						</Button>
					)}
				</p>
			)}
			{!may.write && <p class="task-note">{words.readOnly}</p>}
			<div class="task-body">
				<div class="task-main">
					<Title {...part} />
					<Description {...part} />
					<Checklist {...part} />
					<Dependencies {...part} address={address} />
				</div>
				<aside class="task-side" aria-label={words.properties}>
					<Properties {...part} />
					<Created store={store} task={task} />
				</aside>
			</div>
			{asked && (
				<TaskPicker
					key={asked.what}
					store={store}
					id={task.id}
					ask={asked.what}
					anchor={() => asked.anchor}
					onClose={() => setAsked(undefined)}
					manage={may.manage}
				/>
			)}
			{deleting && (
				<Deletion store={store} task={task} onClose={() => setDeleting(false)} onDeleted={onClose} />
			)}
		</div>
	);
}

function Done({ task, store, write }: { task: Task; store: ProjectStore; write: boolean }) {
	const done = task.completed_at !== null;
	if (!write) return done ? <span class="task-done">{words.isDone}</span> : null;
	return (
		<Button
			tone="ghost"
			class={done ? "task-done" : ""}
			icon={done ? CircleCheck : Circle}
			aria-pressed={done}
			title={task.completed_at ? words.doneAt(moment(task.completed_at)) : undefined}
			onClick={() => setCompleted(store, task, !done)}
		>
			{done ? words.isDone : words.notDone}
		</Button>
	);
}

function More({ task }: { task: Task }) {
	// Read anew at each drawing: the labels follow the task's state.
	const [archive, remove] = ["task.archive", "task.delete"].map(findAction);
	const items = [[archive], [remove]].map((group) =>
		group.flatMap((action) => (action ? { ...itemOf(action), danger: action.id === "task.delete" } : [])),
	);
	return (
		<Menu
			key={task.archived_at}
			label={words.more}
			items={items}
			trigger={(props) => <IconButton icon={Ellipsis} label={words.more} {...props} />}
		/>
	);
}

function Created({ store, task }: { store: ProjectStore; task: Task }) {
	const who = store.tables.members.get(task.created_by)?.name ?? words.somebody;
	return (
		<p class="task-created">
			{words.createdBy(who)}{" "}
			<time dateTime={task.created_at} title={moment(task.created_at)}>
				{ago(task.created_at)}
			</time>
		</p>
	);
}

/** The same keys as on the board, for this task. */
function useKeys(
	store: ProjectStore,
	task: Task,
	may: Rights,
	address: (number: number) => string,
	ask: (what: Asked) => void,
): void {
	const now = useRef({ task, may, ask });
	now.current = { task, may, ask };
	// Registered before the first drawing of the menu that reads them.
	const actions = useMemo(
		() =>
			taskActions({
				store,
				rights: () => now.current.may,
				current: () => now.current.task,
				ask: (what) => now.current.ask(what),
				address: (task) => address(task.number),
			}).map((action) => ({
				...action,
				enabled: () => modals.peek().length === 1 && (action.enabled?.() ?? true),
			})),
		[store],
	);
	useEffect(() => register(actions), [actions]);
}
