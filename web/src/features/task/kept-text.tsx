import { useEffect, useState } from "preact/hooks";
import { fieldsWithDraft } from "../../platform/drafts";
import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { type DraftPlace, isTyped, keepText, readText } from "./drafts";
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

/** All that was typed for a task that is gone. */
export function KeptTexts({ task }: { task: string }) {
	const [fields, setFields] = useState<readonly string[]>([]);
	// Once the fields are gone too: they save as they go, and what they could not save is left.
	useEffect(() => setFields(fieldsWithDraft(task, "").filter((field) => isTyped({ task, field }))), [task]);
	return fields.map((field) => (
		<KeptText key={field} draft={{ task, field }} title={words.wasTyping[whatIs(field)]} />
	));
}

function whatIs(field: string): keyof typeof words.wasTyping {
	if (field === "title" || field === "description" || field === "item") return field;
	return field === "comment" ? "comment" : "edit";
}
