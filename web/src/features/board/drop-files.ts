import type { Task } from "boardcast";
import { attachment as words } from "../../domain/attachment/messages";
import { uploadFiles } from "../../domain/attachment/uploads";
import { nameOf } from "../../domain/task/names";
import type { ProjectStore } from "../../live/store/project";
import { toast } from "../../platform/toasts";

/** Adds the files to the task, and says so: the card itself only counts them. */
export function dropFiles(store: ProjectStore, task: Task, files: readonly File[]): void {
	uploadFiles(store.id, task.id, files);
	toast({ text: words.uploading(files.length, nameOf(store, task)), project: store.id });
}
