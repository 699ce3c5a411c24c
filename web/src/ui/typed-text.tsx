import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { dismissToast, type Toast, toasts } from "../platform/toasts";
import { Button } from "./button";
import { Diff } from "./diff";
import { ui } from "./messages";
import { mergeWords } from "./word-diff";

/** What was typed and not saved, beside what stands there: nothing typed is lost, and nothing of others is overwritten. */
export function TypedText({ toast, typed }: { toast: Toast; typed: NonNullable<Toast["typed"]> }) {
	const theirs = typed.theirs();
	const all = toasts.value.filter((other) => other.typed);
	const { again } = typed;
	const decide = (what: () => void) => {
		dismissToast(toast.id);
		what();
	};
	const [copied, setCopied] = useState(false);
	const copy = () =>
		navigator.clipboard?.writeText(typed.yours).then(
			() => setCopied(true),
			() => undefined,
		);
	/** What comes of both, while it is edited. */
	const [both, setBoth] = useState<string | undefined>(undefined);
	const field = useRef<HTMLTextAreaElement>(null);
	const editing = both !== undefined;
	useLayoutEffect(() => {
		if (editing) field.current?.focus();
	}, [editing]);
	/** An empty text is none to keep: yours stays then. */
	const edit = (text: string) => {
		setBoth(text);
		typed.keep?.(text.trim() === "" ? typed.yours : text);
	};
	const cancel = () => {
		setBoth(undefined);
		typed.keep?.(typed.yours);
	};
	const begin = () => setBoth(mergeWords(typed.was, theirs ?? "", typed.yours));
	return (
		<section class="toast toast-danger toast-typed" aria-label={toast.text}>
			<p>
				<strong>{toast.text}</strong> {toast.detail}
				{all.length > 3 && <span class="soft"> {ui.oneOf(all.indexOf(toast) + 1, all.length)}</span>}
			</p>
			<dl>
				{theirs !== undefined && (
					<>
						<dt>{common.theirs}</dt>
						<dd dir="auto">
							{typed.chosen ? (
								theirs
							) : theirs ? (
								<Diff text={theirs} beside={both ?? typed.yours} />
							) : (
								common.nothing
							)}
						</dd>
					</>
				)}
				<dt>{both === undefined ? common.yours : ui.both}</dt>
				<dd dir="auto">
					{both !== undefined ? (
						<textarea
							ref={field}
							class="input"
							dir="auto"
							aria-label={ui.both}
							rows={2}
							value={both}
							onInput={(event) => edit(event.currentTarget.value)}
						/>
					) : theirs === undefined || typed.chosen ? (
						typed.yours
					) : (
						<Diff text={typed.yours} beside={theirs} />
					)}
				</dd>
			</dl>
			<div class="toast-foot">
				{both !== undefined && again ? (
					<>
						<Button tone="ghost" onClick={cancel}>
							{common.cancel}
						</Button>
						<Button
							tone="primary"
							disabled={both.trim() === ""}
							onClick={() => decide(() => again(both.trim()))}
						>
							{common.save}
						</Button>
					</>
				) : (
					<>
						{!typed.chosen && (
							<Button tone="ghost" onClick={() => void copy()}>
								{copied ? common.copied : common.copy}
							</Button>
						)}
						<Button tone="ghost" onClick={() => decide(typed.discard)}>
							{theirs === undefined ? common.discard : common.keepTheirs}
						</Button>
						{again && theirs !== undefined && !typed.chosen && (
							<Button tone="ghost" onClick={begin}>
								{ui.editBoth}
							</Button>
						)}
						{again && (
							<Button tone="primary" onClick={() => decide(() => again())}>
								{theirs === undefined ? common.retry : common.useMine}
							</Button>
						)}
					</>
				)}
			</div>
		</section>
	);
}
