import type { Attachment } from "boardcast";
import { ChevronLeft, ChevronRight, Download, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { downloadOf } from "../../domain/attachment/addresses";
import { previewOf } from "../../domain/attachment/preview";
import type { ProjectStore } from "../../live/store/project";
import { common } from "../../platform/i18n/common";
import { IconButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { ImagePreview, SoundPreview, TextPreview } from "./file-preview";
import { task as words } from "./messages";
import "./light-box.css";

interface Props {
	store: ProjectStore;
	files: readonly Attachment[];
	/** The id of the first one to show. */
	at: string;
	onClose: () => void;
}

/** What the page can show of a task's files, one after another, over everything. */
export function LightBox({ store, files, at, onClose }: Props) {
	const [id, setId] = useState(at);
	const found = files.findIndex((file) => file.id === id);
	// The file was deleted: the one that took its place is shown.
	const index = Math.max(0, found);
	const file = files[index];
	if (!file) return null;
	const kind = previewOf(file);
	const go = (step: 1 | -1) => setId(files[(index + step + files.length) % files.length]?.id ?? id);
	return (
		<Dialog
			title={kind === "image" ? words.image(file.name) : words.file(file.name)}
			bare
			wide
			onClose={onClose}
		>
			{/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside do the same */}
			<div
				class="light-box"
				onKeyDown={(event) => {
					const steps: Record<string, 1 | -1> = { ArrowRight: 1, ArrowLeft: -1 };
					const step = steps[event.key];
					// In a sound they go back and forth.
					if (step === undefined || event.target instanceof HTMLMediaElement) return;
					event.preventDefault();
					go(step);
				}}
			>
				<div class="light-box-head">
					<p class="truncate" dir="auto">
						{file.name}
					</p>
					{files.length > 1 && <span class="soft">{words.fileOf(index + 1, files.length)}</span>}
					<a
						class="button icon-button button-ghost"
						href={downloadOf(store.id, file)}
						download={file.name}
						aria-label={words.downloadFile(file.name)}
						title={words.downloadFile(file.name)}
					>
						<Download size={16} aria-hidden="true" />
					</a>
					<IconButton icon={X} label={common.close} autofocus onClick={onClose} />
				</div>
				<div class="light-box-stage" data-kind={kind}>
					{kind === "text" && <TextPreview key={file.id} project={store.id} file={file} />}
					{kind === "audio" && <SoundPreview key={file.id} project={store.id} file={file} />}
					{kind === "image" && <ImagePreview key={file.id} project={store.id} file={file} />}
					{files.length > 1 && (
						<>
							<IconButton
								class="light-box-before"
								tone="plain"
								icon={ChevronLeft}
								label={words.fileBefore}
								onClick={() => go(-1)}
							/>
							<IconButton
								class="light-box-next"
								tone="plain"
								icon={ChevronRight}
								label={words.fileNext}
								onClick={() => go(1)}
							/>
						</>
					)}
				</div>
			</div>
		</Dialog>
	);
}
