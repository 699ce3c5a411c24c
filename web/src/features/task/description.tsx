import { limits, type TaskText } from "boardcast";
import { Pencil } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isUploading, withoutLost } from "../../domain/attachment/placeholder";
import { setBox } from "../../domain/task/commands";
import { useDraft } from "../../domain/task/use-draft";
import { Composer } from "../../domain/writing/composer";
import { openReference } from "../../domain/writing/open-reference";
import { Rendered } from "../../domain/writing/rendered";
import { useLoaded } from "../../live/use-loaded";
import { common } from "../../platform/i18n/common";
import { Button, IconButton } from "../../ui/button";
import { Skeleton } from "../../ui/empty";
import { Aside } from "./aside";
import { Conflict } from "./conflict";
import { filesInto } from "./files-into";
import { task as words } from "./messages";
import type { Part } from "./part";
import { Prose } from "./prose";
import { showFile } from "./shown-file";

export function Description(part: Part) {
	useLoaded(part.store, "task_texts", part.task.id);
	const text = part.store.tables.task_texts.get(part.task.id);
	return (
		<section class="task-part" aria-label={words.description}>
			{text ? <Loaded part={part} text={text} /> : <Skeleton lines={2} />}
		</section>
	);
}

function Loaded({ part, text }: { part: Part; text: TaskText }) {
	const { store, user, task, write, address } = part;
	const draft = useDraft(store, task, "description", { text, inPlace: write });
	const [open, setOpen] = useState(draft.editing);
	const latest = useRef(draft);
	latest.current = draft;
	const aside = useRef(false);
	useEffect(
		() => () => {
			// What was put aside waits in the browser until the person comes back to it.
			// So does a text with a file that is still on its way.
			if (!aside.current && !isUploading(latest.current.text)) latest.current.commit();
		},
		[],
	);
	useEffect(() => {
		if (!write) latest.current.commit();
	}, [write]);
	const begin = () => {
		aside.current = false;
		draft.begin();
		setOpen(true);
	};
	const putAside = () => {
		aside.current = true;
		setOpen(false);
	};
	if (draft.conflict) return <Conflict draft={draft} />;
	if (open && write)
		return <Editor part={part} draft={draft} onDone={() => setOpen(false)} onAside={putAside} />;
	const changed = draft.editing && draft.text !== draft.current;
	if (!draft.current && !changed) {
		if (!write) return <p class="soft">{words.noDescriptionYet}</p>;
		return (
			<button type="button" class="task-empty" onClick={begin}>
				{words.noDescription}
			</button>
		);
	}
	return (
		<>
			{draft.current && (
				<div class="task-description">
					{text.description_html ? (
						<Rendered
							html={text.description_html}
							me={user.id}
							onReference={openReference(store, address)}
							onImage={showFile}
							onBox={write ? (box, checked) => setBox(store, task, box, checked) : undefined}
						/>
					) : (
						<Prose text={draft.current} />
					)}
					{write && !changed && <IconButton icon={Pencil} label={words.editDescription} onClick={begin} />}
				</div>
			)}
			{changed && <Aside text={draft.text} onBegin={begin} onDiscard={draft.cancel} />}
		</>
	);
}

interface EditorProps {
	part: Part;
	draft: ReturnType<typeof useDraft>;
	onDone: () => void;
	onAside: () => void;
}

function Editor({ part, draft, onDone, onAside }: EditorProps) {
	const { store, user } = part;
	const left = useRef(false);
	const waits = isUploading(draft.text);
	const save = () => {
		if (left.current || waits) return;
		const wanted = withoutLost(draft.text);
		if (wanted !== draft.text) draft.change(wanted);
		if (draft.commit()) onDone();
	};
	const aside = () => {
		left.current = true;
		onAside();
	};
	return (
		<Composer
			store={store}
			me={user.id}
			label={words.description}
			value={draft.text}
			limit={limits.TaskPatch.description.maxLength}
			rows={6}
			autofocus
			onText={draft.change}
			onSend={save}
			onFiles={filesInto(part)}
			onEscape={aside}
			onLeave={save}
		>
			<Button tone="primary" onClick={save}>
				{common.save}
			</Button>
			<Button tone="ghost" onClick={aside}>
				{common.cancel}
			</Button>
			<span class="soft">{waits ? words.uploading : words.saveHint}</span>
		</Composer>
	);
}
