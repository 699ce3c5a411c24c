import {
	Archive,
	CalendarDays,
	Circle,
	CircleCheck,
	Columns3,
	Flag,
	type LucideIcon,
	SignalHigh,
	Tags,
	Trash2,
	UserRound,
	X,
} from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import type { Action } from "../../platform/actions";
import { announce } from "../../platform/announce";
import { useActions } from "../../platform/use-actions";
import { Button, IconButton } from "../../ui/button";
import { modals } from "../../ui/modals";
import type { TaskRights } from "../task/rights";
import { BlockedTasks } from "./blocked-tasks";
import { type BulkKind, BulkPicker } from "./bulk-picker";
import { BulkQuestion } from "./bulk-question";
import { type BulkChange, changeTasks, mostAtOnce } from "./commands";
import { selection as words } from "./messages";
import type { Selection } from "./selection";
import "./bulk-bar.css";

interface Props {
	store: ProjectStore;
	selection: Selection;
	rights: TaskRights;
	/** Selects the task beside the one that has the focus too; absent where the view has keys of its own for that. */
	extend?: (by: 1 | -1) => void;
	/** Whether Escape and the arrows are free for the selection. */
	idle?: () => boolean;
}

type Open = BulkKind | "archive" | "delete";

const icons: Record<BulkKind, LucideIcon> = {
	move: Columns3,
	assign: UserRound,
	labels: Tags,
	priority: SignalHigh,
	due: CalendarDays,
	milestone: Flag,
};
const kinds = Object.keys(icons) as BulkKind[];
const keys: Partial<Record<BulkKind, string>> = {
	move: "m",
	assign: "a",
	labels: "l",
	priority: "p",
	due: "d",
};

/** Changes the selected tasks together. Shown while there are any; its keys are those of a single task. */
export function BulkBar({ store, selection, rights, extend, idle = () => true }: Props) {
	const tasks = selection.tasks.value;
	const [open, setOpen] = useState<Open | undefined>(undefined);
	const buttons = useRef(new Map<string, HTMLButtonElement>());
	const count = tasks.length;
	const isTooMuch = count > mostAtOnce;
	const may = rights.write && !isTooMuch;
	const isDone = tasks.every(({ completed_at }) => completed_at !== null);
	const change = (what: BulkChange) =>
		changeTasks(store, selection.inOrder(), what, (blocked) => {
			selection.blocked.value = blocked;
		});
	// The keys mean the selection also when it cannot be changed: the task that has the focus is not changed in its place.
	const act = (run: () => void) => {
		if (may) run();
		else announce(isTooMuch ? words.tooMany(mostAtOnce) : words.readOnly);
	};
	const actions = useActions(() => {
		const free = () => modals.peek().length === 0 && document.querySelector(":popover-open") === null;
		const group = () => words.group;
		const opens = (what: Open, label: string, shortcut: string | undefined, icon: LucideIcon): Action => ({
			id: `bulk.${what}`,
			label: () => label,
			group,
			...(shortcut ? { shortcut } : {}),
			icon,
			danger: what === "delete",
			enabled: free,
			run: () => act(() => setOpen(what)),
		});
		const extending = (id: string, label: string, key: string, by: 1 | -1): Action => ({
			id: `bulk.${id}`,
			label: () => label,
			group,
			shortcut: key,
			hidden: true,
			enabled: () => free() && idle() && extend !== undefined,
			run: () => extend?.(by),
		});
		return [
			...kinds.map((kind) => opens(kind, words[kind], keys[kind], icons[kind])),
			{
				id: "bulk.complete",
				label: () => (isDone ? words.reopen : words.complete),
				group,
				shortcut: "t",
				icon: isDone ? Circle : CircleCheck,
				enabled: free,
				run: () => act(() => change({ complete: !isDone })),
			},
			opens("archive", words.archive, "Delete", Archive),
			opens("delete", words.delete, undefined, Trash2),
			extending("extend_up", words.extendUp, "Shift+ArrowUp", -1),
			extending("extend_down", words.extendDown, "Shift+ArrowDown", 1),
			{
				id: "bulk.clear",
				label: () => words.clear,
				group,
				shortcut: "Escape",
				icon: X,
				enabled: () => free() && idle(),
				run: () => selection.clear(),
			},
		];
	});
	const close = () => setOpen(undefined);
	const anchor = (what: string) => () => buttons.current.get(`bulk.${what}`) ?? null;
	return (
		<section class="bulk" aria-label={words.group}>
			<BlockedTasks store={store} selection={selection} />
			<div class="bulk-line">
				<p class="bulk-count" role="status">
					{words.selected(count)}
					{isTooMuch && <span class="bulk-much">{words.tooMany(mostAtOnce)}</span>}
					{!rights.write && <span class="soft">{words.readOnly}</span>}
				</p>
				{rights.write && (
					<div class="bulk-actions">
						{actions
							.filter(({ hidden, id }) => !hidden && id !== "bulk.clear")
							.map(({ id, label, icon, danger, run }) => (
								<Button
									key={id}
									tone={danger ? "danger" : "ghost"}
									icon={icon as LucideIcon}
									title={label()}
									disabled={!may}
									buttonRef={(element) => {
										if (element) buttons.current.set(id, element);
									}}
									onClick={run}
								>
									<span class="bulk-word">{label()}</span>
								</Button>
							))}
					</div>
				)}
				<IconButton icon={X} label={words.clear} onClick={() => selection.clear()} />
			</div>
			{open === "archive" || open === "delete" ? (
				<BulkQuestion what={open} count={count} change={change} onClose={close} />
			) : (
				open && (
					<BulkPicker
						key={open}
						kind={open}
						store={store}
						tasks={tasks}
						change={change}
						anchor={anchor(open)}
						onClose={close}
					/>
				)
			)}
		</section>
	);
}
