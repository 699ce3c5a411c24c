import type { Attachment, Task } from "boardcast";
import { Download, ImageOff, Image as ImageSign, Pencil, Trash2 } from "lucide-preact";
import type { ProjectStore } from "../../live/store/project";
import type { Action } from "../../platform/actions";
import { downloadOf, isImage } from "./addresses";
import { setCover } from "./commands";
import { attachment as words } from "./messages";
import type { attachmentRights } from "./rights";

export interface AttachmentContext {
	store: ProjectStore;
	task: Task;
	rights: ReturnType<typeof attachmentRights>;
	rename: (attachment: Attachment) => void;
	/** Ask before it is deleted. */
	remove: (attachment: Attachment) => void;
}

/** What the user can do with a file of a task; what the role does not allow is left out. */
export function attachmentActions(context: AttachmentContext, attachment: Attachment): Action[] {
	const { store, task, rights } = context;
	const isCover = task.cover_id === attachment.id;
	const action = (id: string, label: string, icon: Action["icon"], run: () => void): Action => ({
		id: `attachment.${id}`,
		label: () => label,
		group: () => words.group,
		...(icon ? { icon } : {}),
		run,
	});
	const all = [action("download", words.download, Download, () => download(store.id, attachment))];
	if (rights.write) all.push(action("rename", words.rename, Pencil, () => context.rename(attachment)));
	if (rights.write && isImage(attachment)) {
		const [label, icon] = isCover ? [words.removeCover, ImageOff] : [words.useAsCover, ImageSign];
		all.push(action("cover", label, icon, () => setCover(store, task, isCover ? null : attachment.id)));
	}
	if (rights.remove(attachment)) {
		all.push({ ...action("delete", words.delete, Trash2, () => context.remove(attachment)), danger: true });
	}
	return all;
}

function download(project: string, attachment: Attachment): void {
	const link = document.createElement("a");
	link.href = downloadOf(project, attachment);
	link.download = attachment.name;
	link.click();
}
