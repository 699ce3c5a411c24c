import type { Project } from "boardcast";
import { Archive as ArchiveIcon, ArchiveRestore } from "lucide-preact";
import { perform } from "../../platform/actions";
import { Button } from "../../ui/button";
import { settings } from "./messages";

/** Archives without asking, because it can be undone. */
export function ArchiveProject({ project }: { project: Project }) {
	const archived = project.archived_at !== null;
	return (
		<div class="row">
			<div class="row-words">
				<h3>{archived ? settings.unarchiveTitle : settings.archiveTitle}</h3>
				<p class="row-note">{archived ? settings.unarchiveHint : settings.archiveHint}</p>
			</div>
			{archived ? (
				<Button icon={ArchiveRestore} onClick={() => perform("project.archive")}>
					{settings.unarchive}
				</Button>
			) : (
				<Button icon={ArchiveIcon} onClick={() => perform("project.archive")}>
					{settings.archive}
				</Button>
			)}
		</div>
	);
}
