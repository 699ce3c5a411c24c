import type { User } from "boardcast";
import { SearchX } from "lucide-preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { task as words } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import type { ProjectStore } from "../../live/store/project";
import { useLastEditor } from "../../live/use-last-editor";
import { forgetOldDrafts } from "../../platform/drafts";
import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Empty, Skeleton } from "../../ui/empty";
import { KeptTexts } from "./kept-text";
import { task as taskWords } from "./messages";
import { Sheet } from "./sheet";
import { useArchivedTask } from "./use-archived-task";

interface Props {
	store: ProjectStore;
	user: User;
	number: number;
	/** The address of the dialog of a task, by its number. */
	address: (number: number) => string;
	onClose: () => void;
}

/** The dialog of a task, over the board or the timeline. */
export function TaskDialog({ store, user, number, address, onClose }: Props) {
	const ids = store.tables.tasks.ids.value;
	const id = useMemo(() => ids.find((id) => store.tables.tasks.peek(id)?.number === number), [ids, number]);
	const onBoard = id === undefined ? undefined : store.tables.tasks.get(id);
	const archived = useArchivedTask(store, number, onBoard);
	const task = onBoard ?? archived;
	const seen = useRef(id);
	if (id !== undefined) seen.current = id;
	const deleter = useLastEditor(store, "tasks", seen.current ?? "")("");
	useEffect(forgetOldDrafts, []);
	const key = store.tables.project.get(store.id)?.key ?? "";
	const name = words.numbered(key, number);
	if (task === undefined) {
		return (
			<Dialog title={name} onClose={onClose}>
				<Skeleton />
			</Dialog>
		);
	}
	if (task === null) {
		return (
			<Dialog title={name} onClose={onClose}>
				<Empty
					icon={SearchX}
					title={deleter ? taskWords.deletedBy(name, deleter) : taskWords.missing(name)}
					action={<Button onClick={onClose}>{common.close}</Button>}
				>
					{deleter ? taskWords.deletedHint : taskWords.missingHint}
				</Empty>
				{seen.current !== undefined && <KeptTexts task={seen.current} />}
			</Dialog>
		);
	}
	return (
		<Dialog title={`${nameOf(store, task)} ${task.title}`} bare wide onClose={onClose}>
			<Sheet
				key={task.id}
				store={store}
				user={user}
				task={task}
				onBoard={onBoard !== undefined}
				address={address}
				onClose={onClose}
			/>
		</Dialog>
	);
}
