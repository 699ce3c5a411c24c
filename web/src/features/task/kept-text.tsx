import { useState } from "preact/hooks";
import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { type DraftPlace, keepText, readText } from "./comment-drafts";
import { task as words } from "./messages";

interface Props {
	draft: DraftPlace;
	/** Why it cannot be sent where it was typed. */
	title: string;
	/** Absent: it can only be copied. */
	onUse?: ((text: string) => void) | undefined;
	onGone?: () => void;
}

/** A typed text that has lost its place: it stays in sight until the person decides. */
export function KeptText({ draft, title, onUse, onGone }: Props) {
	const [text, setText] = useState(() => readText(draft));
	const [copied, setCopied] = useState(false);
	if (text.trim() === "") return null;
	const done = () => {
		keepText(draft, null);
		setText("");
		onGone?.();
	};
	const copy = () =>
		navigator.clipboard?.writeText(text).then(
			() => setCopied(true),
			() => undefined,
		);
	return (
		<section class="kept-text" role="alert" aria-label={title}>
			<h4>{title}</h4>
			<p class="kept-text-words" dir="auto">
				{text}
			</p>
			<div class="conflict-foot">
				<Button tone="ghost" onClick={() => void copy()}>
					{copied ? common.copied : common.copy}
				</Button>
				<Button tone="ghost" onClick={done}>
					{common.discard}
				</Button>
				{onUse && (
					<Button
						tone="primary"
						onClick={() => {
							onUse(text);
							done();
						}}
					>
						{words.asNewComment}
					</Button>
				)}
			</div>
		</section>
	);
}
