import type { Project } from "boardcast";
import { Trash2 } from "lucide-preact";
import { DeleteQuestion } from "../../domain/project/delete-question";
import { deleting } from "../../domain/project/deleting";
import { perform } from "../../platform/actions";
import { go } from "../../platform/router";
import { Button } from "../../ui/button";
import { settings } from "./messages";

interface Props {
	project: Project;
	/** The question is open. */
	open: boolean;
	onClose: () => void;
}

export function DeleteProject({ project, open, onClose }: Props) {
	return (
		<div class="row">
			<div class="row-words">
				<h3>{deleting.title}</h3>
				<p class="row-note">{settings.deleteHint}</p>
			</div>
			<Button tone="danger" icon={Trash2} onClick={() => perform("project.delete")}>
				{settings.delete}
			</Button>
			{open && (
				<DeleteQuestion
					project={project}
					onDeleted={() => go({ name: "home" }, { replace: true })}
					onClose={onClose}
				>
					<p>{settings.deleteHint}</p>
					<p>{settings.deleteWarning}</p>
				</DeleteQuestion>
			)}
		</div>
	);
}
