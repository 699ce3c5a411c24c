import { Archive, Trash2 } from "lucide-preact";
import type { Task } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { deleteTask, setArchived } from "../../lib/tasks/edits";
import { nameOf } from "../../lib/tasks/names";
import { Button } from "../button";
import { Dialog } from "../dialog";

interface Props {
	store: ProjectStore;
	task: Task;
	onClose: () => void;
	onDeleted?: () => void;
}

/** Deleting cannot be undone, so it is asked for, with the way that can be. */
export function Deletion({ store, task, onClose, onDeleted }: Props) {
	const footer = (
		<>
			<Button tone="ghost" autofocus onClick={onClose}>
				{common.cancel}
			</Button>
			{task.archived_at === null && (
				<Button
					icon={Archive}
					onClick={() => {
						onClose();
						setArchived(store, task, true);
					}}
				>
					{words.archiveInstead}
				</Button>
			)}
			<Button
				tone="danger"
				icon={Trash2}
				onClick={() => {
					onClose();
					deleteTask(store, task);
					onDeleted?.();
				}}
			>
				{words.deleteIt}
			</Button>
		</>
	);
	return (
		<Dialog title={words.deleteTitle(nameOf(store, task))} onClose={onClose} footer={footer}>
			<p>{words.deleteHint(task.title)}</p>
		</Dialog>
	);
}
