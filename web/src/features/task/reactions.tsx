import type { Comment, User } from "boardcast";
import { SmilePlus } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { react } from "../../domain/comment/commands";
import { choices } from "../../domain/comment/reactions";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { IconButton } from "../../ui/button";
import { Popover } from "../../ui/popover";
import { task as words } from "./messages";

interface Props {
	store: ProjectStore;
	user: User;
	comment: Comment;
	may: boolean;
}

export function Reactions({ store, user, comment, may }: Props) {
	const usable = may && isSaved(comment.id);
	const nameOf = (id: string) => store.tables.members.get(id)?.name ?? words.formerMember;
	if (comment.reactions.length === 0) return null;
	return (
		<div class="reactions">
			{comment.reactions.map(({ emoji, user_ids }) => {
				const names = words.names(user_ids.map((id) => (id === user.id ? words.you : nameOf(id))));
				return (
					<button
						key={emoji}
						type="button"
						class="reaction"
						aria-pressed={user_ids.includes(user.id)}
						aria-label={words.reacted(emoji, user_ids.length, names)}
						title={names}
						disabled={!usable}
						onClick={() => toggle(store, user, comment, emoji)}
					>
						<span aria-hidden="true">{emoji}</span> {user_ids.length}
					</button>
				);
			})}
		</div>
	);
}

function toggle(store: ProjectStore, user: User, comment: Comment, emoji: string): void {
	const mine = comment.reactions.find((one) => one.emoji === emoji)?.user_ids.includes(user.id);
	react(store, user, comment, emoji, !mine);
}

/** A few emoji to react with. */
export function ReactionPicker({ store, user, comment }: Omit<Props, "may">) {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLButtonElement | null>(null);
	return (
		<>
			<IconButton
				icon={SmilePlus}
				label={words.react}
				aria-haspopup="dialog"
				aria-expanded={open}
				buttonRef={(element) => {
					anchor.current = element;
				}}
				onClick={() => setOpen(true)}
			/>
			{open && (
				<Popover label={words.react} anchor={() => anchor.current} onClose={() => setOpen(false)}>
					<div class="reaction-choices">
						{choices.map((emoji) => (
							<button
								key={emoji}
								type="button"
								class="reaction-choice"
								aria-label={words.reactWith(emoji)}
								onClick={() => {
									setOpen(false);
									toggle(store, user, comment, emoji);
								}}
							>
								{emoji}
							</button>
						))}
					</div>
				</Popover>
			)}
		</>
	);
}
