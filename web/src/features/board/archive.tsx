import type { Task } from "boardcast";
import { ArchiveRestore, Archive as Picture } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { setArchived } from "../../domain/task/commands";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { ArchivedTasks } from "../../live/store/archive";
import { ago, exactTime } from "../../platform/i18n/dates";
import { folded } from "../../platform/text";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Empty } from "../../ui/empty";
import { TextField } from "../../ui/field";
import { PagedList } from "../../ui/paged-list";
import { dialogs } from "./dialogs";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import "./archive.css";

/** The archived tasks, the latest first; each can be restored. */
export function Archive({ board, onClose }: { board: BoardModel; onClose: () => void }) {
	const { store } = board;
	const archive = useMemo(() => new ArchivedTasks(store), [store]);
	const [text, setText] = useState("");
	useEffect(() => archive.open(), [archive]);
	const wanted = folded(text.trim());
	const all = archive.items.value;
	const found = all?.filter((task) => folded(`${nameOf(store, task)} ${task.title}`).includes(wanted));
	const line = (task: Task) => (
		<li key={task.id}>
			<a class="archive-task" href={board.address(task)} onClick={onClose}>
				<span class="card-name">{nameOf(store, task)}</span>
				<span class="archive-title" dir="auto">
					{task.title}
				</span>
				{task.archived_at && (
					<time class="soft" dateTime={task.archived_at} title={exactTime(task.archived_at)}>
						{dialogs.archivedAt(ago(task.archived_at))}
					</time>
				)}
			</a>
			{board.rights.value.remove(task) && (
				<Button
					tone="ghost"
					icon={ArchiveRestore}
					aria-label={`${taskWords.restore} ${nameOf(store, task)}`}
					onClick={() => setArchived(store, task, false)}
				>
					{taskWords.restore}
				</Button>
			)}
		</li>
	);
	return (
		<Dialog title={words.archiveTitle} onClose={onClose}>
			{all && all.length > 0 && (
				<TextField
					label={dialogs.archiveSearch}
					bare
					type="search"
					placeholder={dialogs.archiveSearch}
					value={text}
					onText={setText}
				/>
			)}
			<PagedList
				class="archive"
				label={words.archiveTitle}
				list={{
					items: found,
					problem: archive.problem.value,
					again: () => archive.again(),
					more: archive.hasMore ? () => archive.more() : undefined,
				}}
				line={line}
				none={
					all?.length === 0 && (
						<Empty icon={Picture} title={dialogs.archiveEmpty}>
							{dialogs.archiveEmptyHint}
						</Empty>
					)
				}
			/>
			{archive.hasMore && wanted !== "" && <p class="soft">{dialogs.archiveSearched(all?.length ?? 0)}</p>}
		</Dialog>
	);
}
