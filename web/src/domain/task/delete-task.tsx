import type { Task } from "boardcast";
import { Archive, Trash2 } from "lucide-preact";
import type { ProjectStore } from "../../live/store/project";
import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { deleteTask, setArchived } from "./commands";
import { later as words } from "./later";
import { nameOf } from "./names";

interface Props {
	store: ProjectStore;
	task: Task;
	onClose: () => void;
	onDeleted?: () => void;
}

/** Asks before a task goes to the trash, and offers to archive it instead. */
export function DeleteTask({ store, task, onClose, onDeleted }: Props) {
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
