import { body, type Problem, type Task } from "boardcast";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { api } from "../../platform/api";

const readAgainAfter = 1000;

/**
 * The task of a dialog that is not on the board: archived, or not there at all (null). Undefined until that is known. What
 * was shown until it left the board stays shown meanwhile.
 */
export function useArchivedTask(
	store: ProjectStore,
	number: number,
	onBoard: Task | undefined,
): Task | null | undefined {
	const [found, setFound] = useState<Task | null | undefined>(undefined);
	const last = useRef<Task | undefined>(undefined);
	if (onBoard) last.current = onBoard;
	const before = last.current?.number === number ? last.current : undefined;
	const missing = onBoard === undefined;
	useEffect(() => {
		setFound(undefined);
		if (!missing) return undefined;
		const event = store.latest.peek();
		if (event?.type === "task.deleted" && event.removed?.tasks?.includes(last.current?.id ?? "")) {
			return setFound(null);
		}
		let timer: ReturnType<typeof setTimeout> | undefined;
		let stopped = false;
		const read = async (): Promise<void> => {
			const params = { path: { project: store.id, task: String(number) } };
			const task = await body(api.GET("/projects/{project}/tasks/{task}", { params })).catch(
				(error: Problem) => (error.status === 404 ? null : undefined),
			);
			if (stopped) return;
			// A task that is about to be archived, or whose event has not come yet, is neither here nor there.
			if (task === undefined || task?.archived_at === null)
				timer = setTimeout(() => void read(), readAgainAfter);
			else setFound(task);
		};
		void read();
		return () => {
			stopped = true;
			clearTimeout(timer);
		};
	}, [store, number, missing]);
	if (found !== undefined) return found;
	// While this page's own edit archives it, the edit says when.
	return before && (store.view.get("tasks", before.id) ?? before);
}
