import { ArchiveRestore, Archive as Picture } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Empty } from "../../components/empty";
import { TextField } from "../../components/field";
import { board as words } from "../../lib/messages/board";
import { ago, moment } from "../../lib/messages/dates";
import { task as taskWords } from "../../lib/messages/task";
import { setArchived } from "../../lib/tasks/edits";
import { nameOf } from "../../lib/tasks/names";
import type { BoardModel } from "./model";
import "./archive.css";

const most = 100;

/** What was put away, the latest first, and the way back. */
export function Archive({ board, onClose }: { board: BoardModel; onClose: () => void }) {
	const { store } = board;
	const [text, setText] = useState("");
	const wanted = text.trim().toLocaleLowerCase();
	const all = store.tables.tasks.ids.value.flatMap((id) => {
		const task = store.tables.tasks.get(id);
		return task?.archived_at ? { ...task, archived_at: task.archived_at } : [];
	});
	const found = all
		.filter((task) => `${nameOf(store, task)} ${task.title}`.toLocaleLowerCase().includes(wanted))
		.sort((a, b) => (a.archived_at < b.archived_at ? 1 : -1));
	return (
		<Dialog title={words.archiveTitle} onClose={onClose}>
			{all.length === 0 ? (
				<Empty icon={Picture} title={words.archiveEmpty}>
					{words.archiveEmptyHint}
				</Empty>
			) : (
				<>
					<TextField
						label={words.archiveSearch}
						bare
						type="search"
						placeholder={words.archiveSearch}
						value={text}
						onText={setText}
					/>
					<ul class="archive">
						{found.slice(0, most).map((task) => (
							<li key={task.id}>
								<a class="archive-task" href={board.address(task)} onClick={onClose}>
									<span class="card-name">{nameOf(store, task)}</span>
									<span class="truncate">{task.title}</span>
									<time class="soft" dateTime={task.archived_at} title={moment(task.archived_at)}>
										{words.archivedAt(ago(task.archived_at))}
									</time>
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
						))}
					</ul>
					{found.length > most && <p class="soft">{words.archiveMore(found.length - most)}</p>}
				</>
			)}
		</Dialog>
	);
}
