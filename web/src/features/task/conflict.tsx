import { Problem } from "boardcast";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { Button } from "../../ui/button";
import { Diff } from "../../ui/diff";
import { ui } from "../../ui/messages";
import { mergeWords } from "../../ui/word-diff";
import { task as words } from "./messages";

/** What the title says already. */
const usual = explain(new Problem(412, { code: "version_conflict" }));

interface Props {
	draft: {
		text: string;
		current: string;
		/** The text with which the typing began. */
		base: string | undefined;
		/** Who wrote `current`, where it was seen. */
		who: string | undefined;
		reason: string | undefined;
		error: string | undefined;
		isBlankTitle: boolean;
		change: (text: string) => void;
		keepMine: () => void;
		keepTheirs: () => void;
	};
}

/**
 * Two people changed the same text, or the server refused it: shows both texts with their differences, and the person chooses
 * one, or edits what comes of both.
 */
export function Conflict({ draft }: Props) {
	/** The own text before both were put together, while they are edited. */
	const [before, setBefore] = useState<string | undefined>(undefined);
	const title = words.conflictTitle(draft.who);
	const editing = before !== undefined;
	const field = useRef<HTMLTextAreaElement>(null);
	useLayoutEffect(() => {
		if (editing) field.current?.focus();
	}, [editing]);
	const begin = () => {
		setBefore(draft.text);
		draft.change(mergeWords(draft.base, draft.current, draft.text));
	};
	const cancel = () => {
		if (editing) draft.change(before);
		setBefore(undefined);
	};
	return (
		<section class="conflict" role="alert" aria-label={title}>
			<h3>{title}</h3>
			{draft.reason && draft.reason !== usual && <p>{draft.reason}</p>}
			<dl>
				<div>
					<dt>{common.theirs}</dt>
					<dd dir="auto">
						{draft.current ? <Diff text={draft.current} beside={draft.text} /> : words.noDescriptionYet}
					</dd>
				</div>
				<div>
					<dt>{editing ? ui.both : common.yours}</dt>
					<dd dir="auto">
						{editing ? (
							<textarea
								ref={field}
								class="input"
								dir="auto"
								aria-label={ui.both}
								aria-invalid={draft.error ? true : undefined}
								rows={3}
								value={draft.text}
								onInput={(event) => draft.change(event.currentTarget.value)}
								onKeyDown={(event) => {
									if (event.key !== "Escape") return;
									event.preventDefault();
									event.stopPropagation();
									cancel();
								}}
							/>
						) : (
							<Diff text={draft.text} beside={draft.current} />
						)}
					</dd>
					{editing && draft.error && <p class="field-error">{draft.error}</p>}
				</div>
			</dl>
			<div class="conflict-foot">
				{editing ? (
					<>
						<Button onClick={cancel}>{common.cancel}</Button>
						<Button
							tone="primary"
							disabled={draft.error !== undefined || draft.isBlankTitle}
							onClick={draft.keepMine}
						>
							{common.save}
						</Button>
					</>
				) : (
					<>
						<Button onClick={draft.keepTheirs}>{common.keepTheirs}</Button>
						<Button onClick={begin}>{ui.editBoth}</Button>
						<Button tone="primary" disabled={draft.isBlankTitle} onClick={draft.keepMine}>
							{common.useMine}
						</Button>
					</>
				)}
			</div>
		</section>
	);
}
