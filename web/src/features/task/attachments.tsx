import { type Attachment, limits } from "boardcast";
import { Ellipsis, Paperclip } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type AttachmentContext, attachmentActions } from "../../domain/attachment/actions";
import { contentOf, isShown, pictureOf } from "../../domain/attachment/addresses";
import { deleteAttachment, renameAttachment } from "../../domain/attachment/commands";
import { FileIcon } from "../../domain/attachment/file-icon";
import { previewOf } from "../../domain/attachment/preview";
import { attachmentRights } from "../../domain/attachment/rights";
import { sizeText } from "../../domain/attachment/size";
import { arrived, uploadFiles, uploads } from "../../domain/attachment/uploads";
import { instance } from "../../live/session";
import { useLoaded } from "../../live/use-loaded";
import { inGroups } from "../../platform/actions";
import { common } from "../../platform/i18n/common";
import { Button, IconButton } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { Menu } from "../../ui/menu";
import { RelativeTime } from "../../ui/relative-time";
import { useInlineText } from "../../ui/use-inline-text";
import { LightBox } from "./light-box";
import { task as words } from "./messages";
import type { Part } from "./part";
import { showFile, shownFile } from "./shown-file";
import { UploadRow } from "./upload-row";
import "./attachments.css";

type Props = Part & {
	/** The task is on the board: archived ones are only read. */
	open: boolean;
};

const menu = [["attachment.download"], ["attachment.cover", "attachment.rename"], ["attachment.delete"]];

/** The files of the task, and those on their way. A server that keeps no files has no limit for them either. */
export function Attachments(props: Props) {
	return instance.value?.attachment_limit === undefined ? null : <Loaded {...props} />;
}

function Loaded(props: Props) {
	const { store, user, task, open } = props;
	useLoaded(store, "attachments", task.id);
	const ids = store.children.attachments.of(task.id);
	const coming = uploads.value.filter((one) => one.task === task.id);
	const rights = attachmentRights(store, user, open);
	const [renaming, setRenaming] = useState<string | undefined>(undefined);
	const [deleting, setDeleting] = useState<string | undefined>(undefined);
	const shown = shownFile.value;
	useEffect(() => () => showFile(undefined), []);
	useEffect(
		() =>
			store.onApplied((events) => {
				for (const { cause } of events) arrived(cause);
			}),
		[store],
	);
	const context: AttachmentContext = {
		store,
		task,
		rights,
		rename: ({ id }) => setRenaming(id),
		remove: ({ id }) => setDeleting(id),
	};
	if (ids.length === 0 && coming.length === 0 && !rights.write) return null;
	const files = ids.flatMap((id) => store.tables.attachments.get(id) ?? []).filter(previewOf);
	return (
		<section class="task-part" aria-label={words.attachments}>
			<header class="part-head">
				<h3>{words.attachments}</h3>
				{ids.length > 0 && <span class="soft">{ids.length}</span>}
				{rights.write && <Chooser onFiles={(files) => uploadFiles(store.id, task.id, files)} />}
			</header>
			{ids.length + coming.length > 0 && (
				<ul class="files" aria-label={words.attachments}>
					{ids.map((id) => (
						<Row
							key={id}
							context={context}
							id={id}
							renaming={renaming === id}
							onRenamed={() => setRenaming(undefined)}
							deleting={deleting === id}
							onDeleting={() => setDeleting(undefined)}
							onShow={() => showFile(id)}
						/>
					))}
					{coming.map((upload) => (
						<UploadRow key={upload.id} upload={upload} />
					))}
				</ul>
			)}
			{shown !== undefined && (
				<LightBox store={store} files={files} at={shown} onClose={() => showFile(undefined)} />
			)}
		</section>
	);
}

function Chooser({ onFiles }: { onFiles: (files: File[]) => void }) {
	const input = useRef<HTMLInputElement>(null);
	const limit = instance.value?.attachment_limit ?? 0;
	return (
		<>
			<Button tone="ghost" class="files-add" icon={Paperclip} onClick={() => input.current?.click()}>
				{words.addFiles}
			</Button>
			<span class="soft">{words.fileLimit(sizeText(limit))}</span>
			<input
				ref={input}
				type="file"
				multiple
				hidden
				aria-label={words.addFiles}
				onChange={(event) => {
					onFiles([...(event.currentTarget.files ?? [])]);
					event.currentTarget.value = "";
				}}
			/>
		</>
	);
}

interface RowProps {
	context: AttachmentContext;
	id: string;
	renaming: boolean;
	onRenamed: () => void;
	deleting: boolean;
	onDeleting: () => void;
	onShow: () => void;
}

function Row({ context, id, renaming, onRenamed, deleting, onDeleting, onShow }: RowProps) {
	const { store, task } = context;
	const file = store.tables.attachments.get(id);
	if (!file) return null;
	const who = store.tables.members.get(file.uploaded_by)?.name ?? words.formerMember;
	const address = contentOf(store.id, file);
	return (
		<li class="file" data-pending={store.tables.attachments.pending(id) || undefined}>
			<Thumbnail project={store.id} file={file} onShow={onShow} />
			<div class="file-words">
				{renaming ? (
					<NameField
						file={file}
						onDone={onRenamed}
						save={(name, base) => renameAttachment(store, file, name, base)}
					/>
				) : (
					<a
						class="file-name truncate"
						dir="auto"
						href={address}
						target="_blank"
						rel="noopener noreferrer"
						title={file.name}
						onClick={(event) => {
							if (!previewOf(file) || event.ctrlKey || event.metaKey || event.shiftKey) return;
							event.preventDefault();
							onShow();
						}}
					>
						{file.name}
					</a>
				)}
				<p class="file-note">
					{sizeText(file.size)} · <bdi>{who}</bdi> · <RelativeTime at={file.created_at} />
				</p>
			</div>
			{task.cover_id === id && <Chip>{words.cover}</Chip>}
			<Menu
				label={words.fileActions(file.name)}
				actions={inGroups(attachmentActions(context, file), menu)}
				trigger={(props) => <IconButton icon={Ellipsis} label={words.fileActions(file.name)} {...props} />}
			/>
			{deleting && (
				<div class="comment-question file-question" role="alert">
					<p>{words.deleteFile(file.name)}</p>
					<Button tone="ghost" onClick={onDeleting}>
						{common.cancel}
					</Button>
					<Button
						tone="danger"
						autofocus
						onClick={() => {
							onDeleting();
							deleteAttachment(store, file);
						}}
					>
						{words.deleteIt}
					</Button>
				</div>
			)}
		</li>
	);
}

function Thumbnail({ project, file, onShow }: { project: string; file: Attachment; onShow: () => void }) {
	const [failed, setFailed] = useState(false);
	useEffect(() => setFailed(false), [file.id]);
	if (!isShown(file) || failed) {
		return (
			<span class="file-picture">
				<FileIcon mediaType={file.media_type} />
			</span>
		);
	}
	return (
		<button type="button" class="file-picture" aria-label={words.showImage(file.name)} onClick={onShow}>
			<img src={pictureOf(project, file)} alt="" loading="lazy" onError={() => setFailed(true)} />
		</button>
	);
}

function NameField(props: {
	file: Attachment;
	save: (name: string, base: number) => void;
	onDone: () => void;
}) {
	const { file, save, onDone } = props;
	const field = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => {
		field.current?.focus();
		// What follows the last dot says what the file is.
		const end = file.name.lastIndexOf(".");
		field.current?.setSelectionRange(0, end > 0 ? end : file.name.length);
	}, []);
	const { value, error, onText, onBlur, onKeyDown } = useInlineText({
		current: file.name,
		version: file.version,
		limit: limits.AttachmentPatch.name.maxLength,
		save,
		onDone,
	});
	return (
		<>
			<input
				ref={field}
				class="input"
				type="text"
				dir="auto"
				aria-label={words.fileName}
				aria-invalid={error ? true : undefined}
				value={value}
				onInput={(event) => onText(event.currentTarget.value)}
				onBlur={onBlur}
				onKeyDown={onKeyDown}
			/>
			{error && (
				<span class="field-error" role="alert">
					{error}
				</span>
			)}
		</>
	);
}
