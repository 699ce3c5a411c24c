import { useEffect, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";

/** Who else has changed a field of a task, or deleted the task, while this is shown: the last one. */
export function useLastEditor(store: ProjectStore, id: string, field: string): string | undefined {
	const [who, setWho] = useState<string | undefined>(undefined);
	useEffect(
		() =>
			store.onApplied((events) => {
				for (const { actor, cause, changes, removed } of events) {
					const changed = changes?.tasks?.some((task) => task.id === id && field in task);
					if (!store.isOwn(cause) && (changed || removed?.tasks?.includes(id))) setWho(actor?.name);
				}
			}),
		[store, id, field],
	);
	return who;
}
