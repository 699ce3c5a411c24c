import { Pencil } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../components/button";
import { Skeleton } from "../../components/empty";
import { useDraft } from "../../components/task/use-draft";
import { common } from "../../lib/messages/common";
import { task as words } from "../../lib/messages/task";
import { Clash } from "./clash";
import { Prose } from "./prose";
import type { Part } from "./sheet";

export function Description(part: Part) {
	return (
		<section class="task-part" aria-label={words.description}>
			{part.task.description === undefined ? <Skeleton lines={2} /> : <Loaded {...part} />}
		</section>
	);
}

function Loaded({ store, task, write }: Part) {
	const draft = useDraft(store, task, "description");
	const [open, setOpen] = useState(draft.editing);
	const latest = useRef(draft);
	latest.current = draft;
	useEffect(() => () => latest.current.commit(), []);
	const begin = () => {
		draft.begin();
		setOpen(true);
	};
	if (draft.clash) return <Clash draft={draft} />;
	if (open && write) {
		return <Editor draft={draft} onDone={() => setOpen(false)} />;
	}
	if (!draft.current) {
		if (!write) return <p class="soft">{words.noDescriptionYet}</p>;
		return (
			<button type="button" class="task-empty" onClick={begin}>
				{words.noDescription}
			</button>
		);
	}
	return (
		<div class="task-description">
			<Prose text={draft.current} />
			{write && <IconButton icon={Pencil} label={words.editDescription} onClick={begin} />}
		</div>
	);
}

interface EditorProps {
	draft: ReturnType<typeof useDraft>;
	onDone: () => void;
}

function Editor({ draft, onDone }: EditorProps) {
	const field = useRef<HTMLTextAreaElement>(null);
	const cancelled = useRef(false);
	useLayoutEffect(() => {
		const element = field.current;
		element?.focus();
		element?.setSelectionRange(element.value.length, element.value.length);
	}, []);
	const save = () => {
		if (cancelled.current) return;
		draft.commit();
		onDone();
	};
	const cancel = () => {
		cancelled.current = true;
		draft.cancel();
		onDone();
	};
	return (
		<div class="task-editor">
			<textarea
				ref={field}
				class="input"
				aria-label={words.description}
				rows={6}
				value={draft.text}
				onInput={(event) => draft.change(event.currentTarget.value)}
				onBlur={(event) => {
					// The buttons below say themselves what happens.
					const next = event.relatedTarget as Element | null;
					if (!next?.closest(".task-editor")) save();
				}}
				onKeyDown={(event) => {
					if (event.key === "Escape") {
						event.preventDefault();
						event.stopPropagation();
						cancel();
					}
					if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
				}}
			/>
			<div class="task-editor-foot">
				<Button tone="primary" onClick={save}>
					{common.save}
				</Button>
				<Button tone="ghost" onClick={cancel}>
					{common.cancel}
				</Button>
				<span class="soft">{words.saveHint}</span>
			</div>
		</div>
	);
}
