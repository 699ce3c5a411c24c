import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { folded } from "../../platform/text";
import { nameOf } from "./names";

const most = 20;

/** Open tasks whose number or title contains `text`, the newest first; at most 20, so that the list can be read. */
export function findTasks(store: ProjectStore, text: string, without: readonly string[]) {
	const wanted = folded(text.trim());
	const found = [];
	const all = store.tables.tasks.peekAll().sort((a, b) => b.number - a.number);
	for (const task of all) {
		if (task.archived_at !== null || !isSaved(task.id) || without.includes(task.id)) continue;
		const label = `${nameOf(store, task)} ${task.title}`;
		if (folded(label).includes(wanted)) found.push({ id: task.id, label });
		if (found.length === most) break;
	}
	return found;
}
