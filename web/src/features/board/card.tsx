import { useComputed } from "@preact/signals";
import type { Task } from "boardcast";
import { Archive, Check, CircleCheck, Ellipsis, Hourglass, MessageSquare, Paperclip } from "lucide-preact";
import { useRef } from "preact/hooks";
import { select } from "../../domain/selection/select";
import { Due } from "../../domain/task/due-mark";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { PriorityMark } from "../../domain/task/priority-mark";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { ago } from "../../platform/i18n/dates";
import { Avatar } from "../../ui/avatar";
import { IconButton } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { cx } from "../../ui/cx";
import { present } from "../../ui/present";
import { Progress } from "../../ui/progress";
import { CardTitle } from "./card-title";
import type { Display } from "./display";
import { isSpot } from "./lists";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { useCardDrag } from "./use-card-drag";
import "./card.css";

interface Props {
	id: string;
	/** The list in which it is this card; the task may have others. */
	list: string;
	board: BoardModel;
}

/** One task on the board. It subscribes to its own task only, so a change of another task does not render it. */
export function Card({ id, list, board }: Props) {
	const task = board.store.tables.tasks.get(id);
	const ref = useRef<HTMLDivElement>(null);
	const saved = isSaved(id);
	const edge = useComputed(() => {
		const over = board.over.value;
		return over?.card === id && over.list === list ? over.edge : undefined;
	}).value;
	const lifted = useComputed(() => isSpot(board.lifted.value, id, list)).value;
	const dragging = useComputed(() => isSpot(board.dragging.value, id, list)).value;
	const open = useComputed(() => {
		const panel = board.panel.value;
		return panel?.id === id && (panel.list ?? list) === list;
	}).value;
	const editing = useComputed(() => board.focus.isCardOf(board.editing.value, id, list)).value;
	const selected = useComputed(() => board.selection.has(id)).value;
	const activity = board.activity.of(id).value;
	const pending = board.store.tables.tasks.pending(id);
	const write = board.rights.value.write;
	useCardDrag(ref, { id, list }, board, saved && write && !editing);
	if (!task) return null;
	const name = nameOf(board.store, task);
	const { CardFaces } = present.value ?? {};
	const { display } = board;
	const quiet = useComputed(() => board.quiet.value.get(id)).value;
	const bare = isBare(task, board.store, display);
	const menu = (anchor: () => Element | DOMRect | null) => {
		board.panel.value = { what: "menu", id, list, anchor };
	};
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for the pointer; the menu and the keys do the same
		// biome-ignore lint/a11y/useKeyWithClickEvents: as above
		<div
			ref={ref}
			class={cx("card", activity && "card-activity")}
			data-edge={edge}
			data-lifted={lifted || undefined}
			data-dragging={dragging || undefined}
			data-open={open || undefined}
			data-task={id}
			data-selected={selected || undefined}
			data-done={task.completed_at !== null || undefined}
			data-pending={pending || undefined}
			onPointerEnter={() => {
				board.hovered = { id, list };
			}}
			onPointerLeave={() => {
				if (isSpot(board.hovered, id, list)) board.hovered = undefined;
			}}
			onMouseDown={(event) => {
				// What is selected are cards, and not their texts.
				if (event.shiftKey) event.preventDefault();
			}}
			onClick={(event) => {
				if (!write || !saved || editing || (event.target as Element).closest("button")) return;
				if (board.selection.tap(event, id)) event.preventDefault();
			}}
			onDblClick={(event) => {
				if (!write || !saved) return;
				event.preventDefault();
				board.editing.value = { id, list };
			}}
			onContextMenu={(event) => {
				if (!saved || editing) return;
				event.preventDefault();
				// A finger that holds a card may still drag it: its menu opens when the finger leaves without having moved.
				if ((event as Event as PointerEvent).pointerType === "touch" && write) return;
				const point = new DOMRect(event.clientX, event.clientY, 0, 0);
				menu(() => point);
			}}
		>
			{task.cover_id && display.shows("cover") && (
				<img class="card-cover" src={cover(board.store.id, task.cover_id)} alt="" loading="lazy" />
			)}
			<div class="card-head">
				<span class="card-name">{name}</span>
				{selected && (
					<span class="card-selected" title={select.selected}>
						<Check size={14} aria-hidden="true" />
						<span class="visually-hidden">{select.selected}</span>
					</span>
				)}
				{task.completed_at !== null && (
					<span class="card-done" title={words.done}>
						<CircleCheck size={14} aria-hidden="true" />
						<span class="visually-hidden">{words.done}</span>
					</span>
				)}
				{task.priority !== "none" && <PriorityMark priority={task.priority} />}
				{quiet?.version === task.version && (
					<span class="card-quiet" title={words.leaves(ago(quiet.at))}>
						<Archive size={13} aria-hidden="true" />
						<span aria-hidden="true">{ago(quiet.at)}</span>
						<span class="visually-hidden">{words.leaves(ago(quiet.at))}</span>
					</span>
				)}
				{CardFaces && !board.store.past && <CardFaces project={board.store.id} task={id} />}
				{activity && <span class="card-who">{activity.text}</span>}
				{bare && display.shows("assignees") && <People task={task} store={board.store} />}
				{saved && (
					<IconButton
						class="card-menu"
						icon={Ellipsis}
						label={taskWords.menu(name)}
						tabIndex={-1}
						aria-haspopup="menu"
						aria-expanded={open}
						onClick={(event) => {
							const button = event.currentTarget;
							menu(() => button);
						}}
					/>
				)}
			</div>
			<CardTitle task={task} list={list} name={name} board={board} editing={editing} />
			{display.shows("labels") && <Labels task={task} store={board.store} />}
			{!bare && <Foot task={task} store={board.store} display={display} />}
			{pending && <span class="visually-hidden">{words.saving}</span>}
		</div>
	);
}

const cover = (project: string, id: string) =>
	`/api/v1/projects/${project}/attachments/${id}/thumbnail?size=large`;

function Labels({ task, store }: { task: Task; store: ProjectStore }) {
	const labels = task.label_ids.flatMap((id) => store.tables.labels.get(id) ?? []);
	if (labels.length === 0) return null;
	return (
		<div class="card-labels">
			{labels.map((label) => (
				<Chip key={label.id} colour={label.colour}>
					{label.name}
				</Chip>
			))}
		</div>
	);
}

/** Whether the last line of a card has anything but people, who find a place in the first one then. */
function isBare(task: Task, store: ProjectStore, display: Display): boolean {
	const items = display.shows("checklist") ? store.checklistByTask.of(task.id).length : 0;
	const talk = display.shows("comments") ? task.comment_count + task.attachment_count : 0;
	const isDated = task.due_on !== null && display.shows("dates");
	const isEstimated = task.estimate !== null && display.shows("estimate");
	return !isDated && !isEstimated && items + talk === 0;
}

function People({ task, store }: { task: Task; store: ProjectStore }) {
	const people = task.assignee_ids.flatMap((id) => store.tables.members.get(id) ?? []);
	if (people.length === 0) return null;
	return (
		<span class="card-people">
			{people.slice(0, 3).map((person) => (
				<Avatar key={person.id} id={person.id} name={person.name} size="s" />
			))}
			{people.length > 3 && <span class="card-more">+{people.length - 3}</span>}
		</span>
	);
}

function Foot({ task, store, display }: { task: Task; store: ProjectStore; display: Display }) {
	const items = display.shows("checklist") ? store.checklistByTask.of(task.id) : [];
	const done = items.filter((id) => store.tables.checklist_items.get(id)?.done).length;
	return (
		<div class="card-foot">
			{display.shows("dates") && <Due task={task} />}
			{items.length > 0 && (
				<span class="card-checklist" title={words.checklist(done, items.length)}>
					<Progress done={done} all={items.length} />
					<span aria-hidden="true">
						{done}/{items.length}
					</span>
					<span class="visually-hidden">{words.checklist(done, items.length)}</span>
				</span>
			)}
			{display.shows("comments") && (
				<>
					<Count icon={MessageSquare} count={task.comment_count} words={words.comments} />
					<Count icon={Paperclip} count={task.attachment_count} words={words.attachments} />
				</>
			)}
			{display.shows("estimate") && (
				<Count icon={Hourglass} count={task.estimate ?? 0} words={words.estimate} />
			)}
			{display.shows("assignees") && <People task={task} store={store} />}
		</div>
	);
}

function Count({
	icon: Icon,
	count,
	words: say,
}: {
	icon: typeof Paperclip;
	count: number;
	words: (count: number) => string;
}) {
	if (count === 0) return null;
	return (
		<span class="card-count" title={say(count)}>
			<Icon size={13} aria-hidden="true" />
			<span aria-hidden="true">{count}</span>
			<span class="visually-hidden">{say(count)}</span>
		</span>
	);
}
