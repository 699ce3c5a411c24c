import { limits, type User } from "boardcast";
import { Ellipsis, Quote } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { isUploading, withoutLost } from "../../domain/attachment/placeholder";
import { type CommentContext, commentActions } from "../../domain/comment/actions";
import { deleteComment, editComment } from "../../domain/comment/commands";
import { Composer } from "../../domain/writing/composer";
import { openReference } from "../../domain/writing/open-reference";
import { Rendered } from "../../domain/writing/rendered";
import { isSaved } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { inGroups, isEnabled } from "../../platform/actions";
import { common } from "../../platform/i18n/common";
import { exactTime } from "../../platform/i18n/dates";
import { excess } from "../../platform/text";
import { Avatar } from "../../ui/avatar";
import { Button, IconButton } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { RelativeTime } from "../../ui/relative-time";
import { Aside } from "./aside";
import { editDraft, keepText, readText, readVersion } from "./drafts";
import { filesInto } from "./files-into";
import { KeptText } from "./kept-text";
import { task as words } from "./messages";
import type { Part } from "./part";
import { Prose } from "./prose";
import { ReactionPicker, Reactions } from "./reactions";
import { showFile } from "./shown-file";

/** What the comments of a task share. */
export interface Shared {
	store: ProjectStore;
	user: User;
	context: CommentContext;
	/** The dialog around it, as it is now. */
	part: () => Part;
	/** The comment is no longer edited. */
	edited: (id: string) => void;
	/** No comment is to be deleted after all, or no longer. */
	kept: () => void;
}

interface Props {
	shared: Shared;
	id: string;
	/** Its turn has come; until then it keeps its place. */
	drawn: boolean;
	/** The address names it. */
	marked: boolean;
	editing: boolean;
	/** Whether to delete it is asked. */
	deleting: boolean;
}

const menu = [["comment.quote", "comment.copy_link"], ["comment.edit"], ["comment.delete"]];

/** It is drawn again when it changes itself, and not with the others. */
export function Comment({ shared, id, drawn, marked, editing, deleting }: Props) {
	const { store, user, context } = shared;
	const comment = store.tables.comments.get(id);
	if (!comment) return null;
	if (!drawn) return <li class="comment" data-comment={id} />;
	const author = store.tables.members.get(comment.author_id);
	const name = author?.name ?? words.formerMember;
	const actions = commentActions({ ...context, current: () => comment });
	const mayEdit = context.rights.edit(comment);
	const quote = actions.find((action) => action.id === "comment.quote");
	const usable = menu.map((ids) =>
		ids.filter((id) => actions.some((one) => one.id === id && isEnabled(one))),
	);
	return (
		<li
			class="comment"
			data-comment={id}
			data-marked={marked || undefined}
			data-pending={store.tables.comments.pending(id) || undefined}
			tabIndex={-1}
			aria-label={words.commentBy(name)}
		>
			<Avatar id={comment.author_id} name={name} decorative />
			<div class="comment-main">
				<header class="comment-head">
					<bdi class="comment-author">{name}</bdi>
					{isSaved(id) ? (
						<a class="comment-time" href={context.address(comment)}>
							<RelativeTime at={comment.created_at} />
						</a>
					) : (
						<span class="comment-time comment-sending">{words.sending}</span>
					)}
					{comment.edited_at !== null && (
						<span class="comment-time" title={exactTime(comment.edited_at)}>
							{words.edited}
						</span>
					)}
					{isSaved(id) && (
						<span class="comment-tools">
							{context.rights.talk && <ReactionPicker store={store} user={user} comment={comment} />}
							{quote && isEnabled(quote) && (
								<IconButton icon={Quote} label={quote.label()} onClick={quote.run} />
							)}
							<Menu
								label={words.commentActions(name)}
								actions={inGroups(actions, usable)}
								trigger={(props) => (
									<IconButton icon={Ellipsis} label={words.commentActions(name)} {...props} />
								)}
							/>
						</span>
					)}
				</header>
				{editing && mayEdit ? (
					<Editor part={shared.part()} comment={comment} onDone={() => shared.edited(id)} />
				) : comment.body_html ? (
					<Rendered
						html={comment.body_html}
						me={user.id}
						onReference={openReference(store, (number) => shared.part().address(number))}
						onImage={showFile}
					/>
				) : (
					<Prose text={comment.body} />
				)}
				{editing && !mayEdit && (
					<KeptText
						draft={editDraft(comment.task_id, id)}
						title={words.notEditableNow}
						onGone={() => shared.edited(id)}
					/>
				)}
				{deleting && (
					<div class="comment-question" role="alert">
						<p>{words.deleteComment}</p>
						<Button tone="ghost" onClick={shared.kept}>
							{common.cancel}
						</Button>
						<Button
							tone="danger"
							autofocus
							onClick={() => {
								shared.kept();
								deleteComment(store, comment);
							}}
						>
							{words.deleteIt}
						</Button>
					</div>
				)}
				<Reactions store={store} user={user} comment={comment} may={context.rights.talk} />
			</div>
		</li>
	);
}

type Shown = NonNullable<ReturnType<CommentContext["current"]>>;

function Editor({ part, comment, onDone }: { part: Part; comment: Shown; onDone: () => void }) {
	const { store, user } = part;
	const draft = editDraft(comment.task_id, comment.id);
	const [text, setText] = useState(() => readText(draft) || comment.body);
	const [base] = useState(() => readVersion(draft) ?? comment.version);
	const [open, setOpen] = useState(true);
	const field = useRef<HTMLTextAreaElement>(null);
	const wanted = withoutLost(text).trim();
	const waits = isUploading(text);
	const ready = wanted !== "" && !waits && excess(wanted, limits.NewComment.body.maxLength) === 0;
	const end = () => {
		keepText(draft, null);
		onDone();
	};
	const save = () => {
		if (!ready) return;
		editComment(store, comment, wanted, base);
		end();
	};
	const aside = () => (wanted === comment.body || wanted === "" ? end() : setOpen(false));
	if (!open) return <Aside text={text} onBegin={() => setOpen(true)} onDiscard={end} />;
	return (
		<Composer
			store={store}
			me={user.id}
			label={words.editComment}
			value={text}
			limit={limits.NewComment.body.maxLength}
			field={field}
			autofocus
			onText={(next) => {
				setText(next);
				keepText(draft, next, base);
			}}
			onSend={save}
			onFiles={filesInto(part)}
			onEscape={aside}
		>
			<Button tone="primary" disabled={!ready} onClick={save}>
				{common.save}
			</Button>
			<Button tone="ghost" onClick={aside}>
				{common.cancel}
			</Button>
			<span class="soft">{waits ? words.uploading : words.saveHint}</span>
		</Composer>
	);
}
