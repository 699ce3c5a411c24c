import type { Comment } from "boardcast";
import { Link, Pencil, Quote, Trash2 } from "lucide-preact";
import { isSaved } from "../../live/provisional";
import type { Action } from "../../platform/actions";
import { copyAddress } from "../task/copy-address";
import { comment as words } from "./messages";
import type { commentRights } from "./rights";

/** What the comment actions act on: the comment of a menu, or the one that has the focus. */
export interface CommentContext {
	rights: ReturnType<typeof commentRights>;
	current: () => Comment | undefined;
	/** The address of a comment. */
	address: (comment: Comment) => string;
	quote: (comment: Comment) => void;
	edit: (comment: Comment) => void;
	/** Ask before it is deleted. */
	remove: (comment: Comment) => void;
}

/** Everything that can be done with a comment, beside reacting to it. */
export function commentActions({ rights, current, ...act }: CommentContext): Action[] {
	const action = (
		id: string,
		label: string,
		icon: Action["icon"],
		may: (comment: Comment) => boolean,
		run: (comment: Comment) => void,
	): Action => ({
		id: `comment.${id}`,
		label: () => label,
		group: () => words.group,
		...(icon ? { icon } : {}),
		enabled: () => {
			const comment = current();
			return comment !== undefined && isSaved(comment.id) && may(comment);
		},
		run: () => {
			const comment = current();
			if (comment) run(comment);
		},
	});
	return [
		action("quote", words.quote, Quote, () => rights.talk, act.quote),
		action(
			"copy_link",
			words.copyLink,
			Link,
			() => true,
			(comment) => void copyAddress(act.address(comment)),
		),
		action("edit", words.edit, Pencil, rights.edit, act.edit),
		{ ...action("delete", words.delete, Trash2, rights.remove, act.remove), danger: true },
	];
}
