import type { Comment, User } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { projectRights } from "../project/rights";

interface CommentRights {
	/** Write comments and react to them. */
	talk: boolean;
	/** Delete those of others. */
	moderate: boolean;
	edit: (comment: Pick<Comment, "author_id">) => boolean;
	remove: (comment: Pick<Comment, "author_id">) => boolean;
}

/** What a user may do with the comments of a task. `open` is false for an archived one. */
export function commentRights(store: ProjectStore, user: Pick<User, "id">, open: boolean): CommentRights {
	const rights = projectRights(store, user);
	const talk = rights.talk && open;
	const own = (comment: Pick<Comment, "author_id">) => talk && comment.author_id === user.id;
	const moderate = rights.manage && open;
	return { talk, moderate, edit: own, remove: (comment) => own(comment) || moderate };
}
