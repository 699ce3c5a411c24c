import { RotateCw, X } from "lucide-preact";
import { FileIcon } from "../../domain/attachment/file-icon";
import { sizeText } from "../../domain/attachment/size";
import { dropUpload, retryUpload, type Upload } from "../../domain/attachment/uploads";
import { common } from "../../platform/i18n/common";
import { Button, IconButton } from "../../ui/button";
import { Progress } from "../../ui/progress";
import { task as words } from "./messages";

/** A file on its way: how much of it has arrived, or why it did not. */
export function UploadRow({ upload }: { upload: Upload }) {
	const { id, file, state, progress, reason, final } = upload;
	const failed = state === "failed";
	const percent = Math.round(progress * 100);
	return (
		<li class="file" data-failed={failed || undefined}>
			<span class="file-picture">
				<FileIcon mediaType={file.type} />
			</span>
			<div class="file-words">
				<p class="file-name truncate" dir="auto">
					{file.name}
				</p>
				{failed ? (
					<p class="field-error">{reason}</p>
				) : (
					<p class="file-progress">
						<Progress done={progress} all={1} />
						<span class="soft">
							{state === "waiting" ? words.uploadWaits : words.uploadProgress(percent, sizeText(file.size))}
						</span>
					</p>
				)}
			</div>
			{failed && !final && (
				<Button tone="ghost" icon={RotateCw} onClick={() => retryUpload(id)}>
					{common.retry}
				</Button>
			)}
			<IconButton
				icon={X}
				label={failed ? common.dismiss : words.cancelUpload(file.name)}
				onClick={() => dropUpload(id)}
			/>
		</li>
	);
}
