import { SearchX } from "lucide-preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Empty } from "../../components/empty";
import { api, body } from "../../lib/api/client";
import type { Task, User } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { shell } from "../../lib/messages/shell";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { forgetOldDrafts } from "../../lib/tasks/drafts";
import { nameOf } from "../../lib/tasks/names";
import { Sheet } from "./sheet";

interface Props {
	store: ProjectStore;
	user: User;
	number: number;
	/** Where this task, or another one, is shown. */
	address: (number: number) => string;
	onClose: () => void;
}

/** A task with everything that is its own, over the board or the timeline. */
export function TaskDialog({ store, user, number, address, onClose }: Props) {
	const ids = store.tables.tasks.ids.value;
	const id = useMemo(() => ids.find((id) => store.tables.tasks.peek(id)?.number === number), [ids, number]);
	const task = id === undefined ? undefined : store.tables.tasks.get(id);
	useEffect(forgetOldDrafts, []);
	useDescription(store, task);
	const key = store.tables.project.get(store.id)?.key ?? "";
	const name = shell.taskAt(key, number);
	if (!task) {
		return (
			<Dialog title={name} onClose={onClose}>
				<Empty
					icon={SearchX}
					title={words.missing(name)}
					action={<Button onClick={onClose}>{common.close}</Button>}
				>
					{words.missingHint}
				</Empty>
			</Dialog>
		);
	}
	return (
		<Dialog title={`${nameOf(store, task)} ${task.title}`} bare wide onClose={onClose}>
			<Sheet key={task.id} store={store} user={user} task={task} address={address} onClose={onClose} />
		</Dialog>
	);
}

/** The snapshot has no descriptions: read it when the dialog opens, and again when a reload lost it. */
function useDescription(store: ProjectStore, task: Task | undefined): void {
	const id = task?.id;
	const missing = task !== undefined && task.description === undefined;
	useEffect(() => {
		if (id === undefined || !missing) return undefined;
		let stopped = false;
		const read = async (): Promise<void> => {
			const params = { path: { project: store.id, task: id } };
			const detail = await body(api.GET("/projects/{project}/tasks/{task}", { params })).catch(
				() => undefined,
			);
			if (stopped) return;
			if (detail) store.learn(detail);
			else setTimeout(() => void read(), 3000);
		};
		void read();
		return () => {
			stopped = true;
		};
	}, [store, id, missing]);
}
