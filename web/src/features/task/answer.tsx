import { limits } from "boardcast";
import { SendHorizontal } from "lucide-preact";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isUploading, withoutLost } from "../../domain/attachment/placeholder";
import { addComment } from "../../domain/comment/commands";
import { Composer } from "../../domain/writing/composer";
import { excess } from "../../platform/text";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { answerDraft, keepText, readText } from "./drafts";
import { filesInto } from "./files-into";
import { KeptText } from "./kept-text";
import { task as words } from "./messages";
import type { Part } from "./part";

/** The field for a new comment. Its text is a draft until it is sent. */
export function Answer(props: { part: Part; may: boolean; field: RefObject<HTMLTextAreaElement | null> }) {
	const { part, may, field } = props;
	const { store, user, task } = part;
	const draft = answerDraft(task.id);
	const [text, setText] = useState(() => readText(draft));
	const root = useRef<HTMLDivElement>(null);
	const [used, setUsed] = useState(false);
	// The role may come back: what was typed until then is read again.
	useEffect(() => {
		if (may) setText(readText(draft));
	}, [may]);
	if (!may) return <KeptText draft={draft} title={words.notAllowedNow} />;
	const change = (next: string) => {
		setText(next);
		keepText(draft, next);
	};
	const wanted = withoutLost(text).trim();
	const waits = isUploading(text);
	const ready = wanted !== "" && !waits && excess(wanted, limits.NewComment.body.maxLength) === 0;
	const send = () => {
		if (!ready) return;
		addComment(store, user, task, wanted);
		change("");
		field.current?.focus();
		// The comment takes its place above the field.
		requestAnimationFrame(() => field.current?.scrollIntoView({ block: "nearest" }));
	};
	return (
		<div ref={root} class="answer">
			<Avatar id={user.id} name={user.name} decorative />
			<Composer
				store={store}
				me={user.id}
				label={words.writeComment}
				placeholder={words.writeComment}
				value={text}
				limit={limits.NewComment.body.maxLength}
				field={field}
				folded={!used && text === ""}
				onText={change}
				onFocus={() => {
					setUsed(true);
					// It unfolds below the edge otherwise.
					requestAnimationFrame(() => root.current?.scrollIntoView({ block: "nearest" }));
				}}
				onSend={send}
				onFiles={filesInto(part)}
				onEscape={() => {
					field.current?.blur();
					setUsed(false);
				}}
			>
				<Button tone="primary" icon={SendHorizontal} disabled={!ready} onClick={send}>
					{words.send}
				</Button>
				<span class="soft">{waits ? words.uploading : words.sendHint}</span>
			</Composer>
		</div>
	);
}
