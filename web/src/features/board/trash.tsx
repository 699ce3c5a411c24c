import type { TrashedTask } from "boardcast";
import { ArchiveRestore, Trash2 } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { purgeTask, restoreTask, trashOf } from "../../domain/trash/commands";
import { daysLeft } from "../../domain/trash/days-left";
import { now } from "../../platform/clock";
import { ago, exactTime } from "../../platform/i18n/dates";
import { Button, IconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Dialog } from "../../ui/dialog";
import { Empty } from "../../ui/empty";
import { PagedList } from "../../ui/paged-list";
import { dialogs as words } from "./dialogs";
import { board as boardWords } from "./messages";
import type { BoardModel } from "./model";
import "./archive.css";

/** The deleted tasks, the last deleted first; each can be restored, and by managers deleted for good. */
export function Trash({ board, onClose }: { board: BoardModel; onClose: () => void }) {
	const { store } = board;
	const trash = useMemo(() => trashOf(store), [store]);
	useEffect(() => trash.open(), [trash]);
	const [asking, setAsking] = useState<TrashedTask | undefined>(undefined);
	const rights = board.rights.value;
	const line = (task: TrashedTask) => {
		const name = nameOf(store, task);
		const who = task.deleted_by == null ? undefined : store.tables.members.get(task.deleted_by)?.name;
		return (
			<li key={task.id}>
				<div class="archive-task">
					<span class="card-name">{name}</span>
					<span class="archive-title" dir="auto">
						{task.title}
					</span>
					<span class="trash-when soft">
						<time dateTime={task.deleted_at} title={exactTime(task.deleted_at)}>
							{words.deletedBy(who, ago(task.deleted_at))}
						</time>
						{" · "}
						{words.daysLeft(daysLeft(task.deleted_at, now.value))}
					</span>
				</div>
				{rights.remove(task) && (
					<Button
						tone="ghost"
						icon={ArchiveRestore}
						aria-label={`${taskWords.restore} ${name}`}
						onClick={() => restoreTask(store, task, trash)}
					>
						{taskWords.restore}
					</Button>
				)}
				{rights.manage && (
					<IconButton icon={Trash2} label={words.purge(name)} onClick={() => setAsking(task)} />
				)}
			</li>
		);
	};
	return (
		<Dialog title={boardWords.trashTitle} onClose={onClose}>
			<PagedList
				class="archive"
				label={boardWords.trashTitle}
				list={{
					items: trash.items.value,
					problem: trash.problem.value,
					again: () => trash.again(),
					more: trash.hasMore ? () => trash.more() : undefined,
				}}
				line={line}
				none={
					<Empty icon={Trash2} title={words.trashEmpty}>
						{rights.manage ? words.trashEmptyHint : words.trashOwnHint}
					</Empty>
				}
			/>
			{asking && (
				<Confirm
					title={words.purgeTitle(nameOf(store, asking))}
					confirm={words.purgeIt}
					run={async () => {
						await purgeTask(store, trash, asking.id);
						setAsking(undefined);
					}}
					onClose={() => setAsking(undefined)}
				>
					<p>{words.purgeHint(asking.title)}</p>
				</Confirm>
			)}
		</Dialog>
	);
}
