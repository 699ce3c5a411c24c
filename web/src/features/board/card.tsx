import { useComputed } from "@preact/signals";
import { CircleCheck, Ellipsis, MessageSquare, Paperclip } from "lucide-preact";
import { useRef } from "preact/hooks";
import { Avatar } from "../../components/avatar";
import { IconButton } from "../../components/button";
import { Chip } from "../../components/chip";
import { cx } from "../../components/cx";
import { Due } from "../../components/task/due";
import { PriorityMark } from "../../components/task/priority-mark";
import { Progress } from "../../components/task/progress";
import type { Task } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { task as taskWords } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { nameOf } from "../../lib/tasks/names";
import { isSaved } from "../../lib/tasks/places";
import { CardTitle } from "./card-title";
import type { BoardModel } from "./model";
import { useCardDrag } from "./use-card-drag";
import "./card.css";

interface Props {
	id: string;
	board: BoardModel;
}

/** One task on the board. It reads only its own task, so a change to another one does not draw it again. */
export function Card({ id, board }: Props) {
	const task = board.store.tables.tasks.get(id);
	const ref = useRef<HTMLDivElement>(null);
	const saved = isSaved(id);
	const edge = useComputed(() => (board.over.value?.card === id ? board.over.value.edge : undefined)).value;
	const held = useComputed(() => board.lifted.value?.id === id).value;
	const dragging = useComputed(() => board.dragging.value === id).value;
	const asked = useComputed(() => board.question.value?.id === id).value;
	const editing = useComputed(() => board.editing.value === id).value;
	const news = board.news.of(id).value;
	const pending = board.store.tables.tasks.pending(id);
	const write = board.rights.value.write;
	useCardDrag(ref, id, board, saved && write && !editing);
	if (!task) return null;
	const name = nameOf(board.store, task);
	const menu = (anchor: () => Element | DOMRect | null) => {
		board.question.value = { what: "menu", id, anchor };
	};
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: the pointer's short cuts; the same is in the menu and on keys
		<div
			ref={ref}
			class={cx("card", news && "card-news")}
			data-edge={edge}
			data-lifted={held || undefined}
			data-dragging={dragging || undefined}
			data-asked={asked || undefined}
			data-done={task.completed_at !== null || undefined}
			data-pending={pending || undefined}
			onPointerEnter={() => {
				board.hovered = id;
			}}
			onPointerLeave={() => {
				if (board.hovered === id) board.hovered = undefined;
			}}
			onDblClick={(event) => {
				if (!write || !saved) return;
				event.preventDefault();
				board.editing.value = id;
			}}
			onContextMenu={(event) => {
				if (!saved || editing) return;
				event.preventDefault();
				const point = new DOMRect(event.clientX, event.clientY, 0, 0);
				menu(() => point);
			}}
		>
			<div class="card-head">
				<span class="card-name">{name}</span>
				{task.completed_at !== null && (
					<span class="card-done" title={words.done}>
						<CircleCheck size={14} aria-hidden="true" />
						<span class="quiet">{words.done}</span>
					</span>
				)}
				{task.priority !== "none" && <PriorityMark priority={task.priority} />}
				{news && <span class="card-who">{news.text}</span>}
				{saved && (
					<IconButton
						class="card-menu"
						icon={Ellipsis}
						label={taskWords.menu(name)}
						tabIndex={-1}
						aria-haspopup="menu"
						aria-expanded={asked}
						onClick={(event) => {
							const button = event.currentTarget;
							menu(() => button);
						}}
					/>
				)}
			</div>
			<CardTitle task={task} name={name} board={board} editing={editing} />
			<Labels task={task} store={board.store} />
			<Foot task={task} store={board.store} />
			{pending && <span class="quiet">{words.saving}</span>}
		</div>
	);
}

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

function Foot({ task, store }: { task: Task; store: ProjectStore }) {
	const people = task.assignee_ids.flatMap((id) => store.tables.members.get(id) ?? []);
	const items = store.checklistByTask.of(task.id);
	const done = items.filter((id) => store.tables.checklist_items.get(id)?.done).length;
	const bare = !task.due_on && items.length === 0 && task.comment_count + task.attachment_count === 0;
	if (bare && people.length === 0) return null;
	return (
		<div class="card-foot">
			<Due task={task} />
			{items.length > 0 && (
				<span class="card-checklist" title={words.checklist(done, items.length)}>
					<Progress done={done} all={items.length} />
					<span aria-hidden="true">
						{done}/{items.length}
					</span>
					<span class="quiet">{words.checklist(done, items.length)}</span>
				</span>
			)}
			<Count icon={MessageSquare} count={task.comment_count} words={words.comments} />
			<Count icon={Paperclip} count={task.attachment_count} words={words.attachments} />
			{people.length > 0 && (
				<span class="card-people">
					{people.slice(0, 3).map((person) => (
						<Avatar key={person.id} id={person.id} name={person.name} size="s" />
					))}
					{people.length > 3 && <span class="card-more">+{people.length - 3}</span>}
				</span>
			)}
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
			<span class="quiet">{say(count)}</span>
		</span>
	);
}
