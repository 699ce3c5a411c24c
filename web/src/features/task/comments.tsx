import type { Comment as OneComment } from "boardcast";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type CommentContext, commentActions } from "../../domain/comment/actions";
import { quoted } from "../../domain/comment/quote";
import { commentRights } from "../../domain/comment/rights";
import { useLoaded } from "../../live/use-loaded";
import { announce } from "../../platform/announce";
import { fieldsWithDraft } from "../../platform/drafts";
import { explain } from "../../platform/i18n/errors";
import { pointed } from "../../platform/pointed";
import { fragment } from "../../platform/router";
import { inTurn } from "../../platform/turns";
import { useActions } from "../../platform/use-actions";
import { Skeleton } from "../../ui/empty";
import { Answer } from "./answer";
import { Comment, type Shared } from "./comment";
import { editDraft, setAnswer } from "./drafts";
import { KeptText } from "./kept-text";
import { task as words } from "./messages";
import type { Part } from "./part";
import "./comments.css";

type Props = Part & {
	/** The task is on the board: archived ones are only read. */
	open: boolean;
};

/** What people say about the task, the oldest first, and the field for the next word. */
export function Comments(props: Props) {
	const { store, user, task, open, address } = props;
	const loaded = useLoaded(store, "comments", task.id);
	const ids = store.children.comments.of(task.id);
	const rights = commentRights(store, user, open);
	const list = useRef<HTMLOListElement>(null);
	const answer = useRef<HTMLTextAreaElement>(null);
	/** The comments that are being edited, those of an earlier visit too. */
	const [editing, setEditing] = useState<readonly string[]>(() => editedBefore(task.id));
	const [deleting, setDeleting] = useState<string | undefined>(undefined);
	const marked = useLinked(list, ids, loaded.state === "ready");
	useNews(store, task.id);
	const here = address(task.number);
	const latest = useRef<Part>(props);
	latest.current = props;
	// The same until a right changes: what others change in the task draws no comment again.
	const shared = useMemo((): Shared => {
		const context: CommentContext = {
			rights,
			current: pointed("comment", () => focused(store, list.current)),
			address: ({ id }) => `${here}#comment-${id}`,
			quote: (comment) => answer.current && setAnswer(answer.current, quoted(comment.body)),
			edit: ({ id }) => setEditing((all) => [...all.filter((other) => other !== id), id]),
			remove: ({ id }) => setDeleting(id),
		};
		return {
			store,
			user,
			context,
			part: () => latest.current,
			edited: (id) => setEditing((all) => all.filter((other) => other !== id)),
			kept: () => setDeleting(undefined),
		};
	}, [store, user, here, rights.talk, rights.moderate]);
	useActions(() => commentActions(shared.context));
	const drawn = useDrawn(ids.length);
	// What was deleted while its author was writing on.
	const lost = loaded.state === "ready" ? editing.filter((id) => !ids.includes(id)) : [];
	return (
		<section class="task-part" aria-label={words.comments}>
			<h3 class="visually-hidden">{words.comments}</h3>
			{loaded.state === "loading" && task.comment_count > 0 && <Skeleton lines={2} />}
			{loaded.state === "failed" && <p role="alert">{explain(loaded.problem)}</p>}
			{ids.length > 0 && (
				<ol ref={list} class="comments">
					{ids.map((id, index) => (
						<Comment
							key={id}
							shared={shared}
							id={id}
							drawn={index >= drawn || index < piece || marked === id}
							marked={marked === id}
							editing={editing.includes(id)}
							deleting={deleting === id}
						/>
					))}
				</ol>
			)}
			{lost.map((id) => (
				<KeptText
					key={id}
					draft={editDraft(task.id, id)}
					title={words.editedWasDeleted}
					onUse={rights.talk ? (text) => answer.current && setAnswer(answer.current, text) : undefined}
					onGone={() => shared.edited(id)}
				/>
			))}
			<Answer part={props} may={rights.talk} field={answer} />
			{!rights.talk && ids.length === 0 && loaded.state === "ready" && <p class="soft">{words.noComments}</p>}
		</section>
	);
}

function editedBefore(task: string): string[] {
	const start = editDraft(task, "").field;
	return fieldsWithDraft(task, start).map((field) => field.slice(start.length));
}

/** So many comments are drawn in one go. */
const piece = 25;

/**
 * From which comment on they are drawn. Both ends are drawn at once, and those between them piece by piece, each in a task of its
 * own, the newest first: a thousand at once would hold up the page. In the end the browser's own search finds all of them.
 */
function useDrawn(count: number): number {
	const [from, setFrom] = useState(Number.POSITIVE_INFINITY);
	const first = Math.min(from, Math.max(0, count - piece));
	useEffect(() => (first > 0 ? inTurn(() => setFrom(first - piece)) : undefined), [first]);
	return first;
}

/** The comment in which the focus is. */
function focused(store: Part["store"], list: Element | null): OneComment | undefined {
	const element = document.activeElement?.closest<HTMLElement>("[data-comment]");
	const id = element && list?.contains(element) ? element.dataset["comment"] : undefined;
	return id === undefined ? undefined : store.tables.comments.peek(id);
}

/** Scrolls to the comment that the address names, once for each time that it does; returns which one. */
function useLinked(
	list: { current: HTMLElement | null },
	ids: readonly string[],
	ready: boolean,
): string | undefined {
	const [, named] = /^comment-(.+)$/.exec(fragment.value) ?? [];
	const shown = useRef<string | undefined>(undefined);
	if (named === undefined) shown.current = undefined;
	const isThere = named !== undefined && ready && ids.includes(named);
	useLayoutEffect(() => {
		if (!isThere || shown.current === named) return undefined;
		shown.current = named;
		// The text above it may come in the same moment.
		let frame = requestAnimationFrame(() => {
			const element = list.current?.querySelector<HTMLElement>(`[data-comment="${CSS.escape(named)}"]`);
			const show = () => element?.scrollIntoView({ block: "center" });
			show();
			element?.focus({ preventScroll: true });
			// What comes into sight has its true height now.
			frame = requestAnimationFrame(show);
		});
		return () => cancelAnimationFrame(frame);
	}, [isThere, named]);
	return named;
}

/** Tells screen readers of the comments of others; nothing scrolls. */
function useNews(store: Part["store"], task: string): void {
	useEffect(
		() =>
			store.onApplied((events) => {
				for (const { type, actor, cause, changes } of events) {
					const isHere = changes?.comments?.some((one) => one.task_id === task);
					if (type === "comment.created" && isHere && !store.isOwn(cause) && actor)
						announce(words.hasCommented(actor.name));
				}
			}),
		[store, task],
	);
}
