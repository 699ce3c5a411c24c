import type { Attachment, User } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { projectRights } from "../project/rights";

interface AttachmentRights {
	/** Upload, rename, and choose the cover. */
	write: boolean;
	remove: (attachment: Pick<Attachment, "uploaded_by">) => boolean;
}

/** What a user may do with the files of a task. `open` is false for an archived one. */
export function attachmentRights(
	store: ProjectStore,
	user: Pick<User, "id">,
	open: boolean,
): AttachmentRights {
	const rights = projectRights(store, user);
	const write = rights.write && open;
	return {
		write,
		remove: (attachment) => write && (rights.manage || attachment.uploaded_by === user.id),
	};
}
