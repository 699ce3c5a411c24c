import { Archive as ArchiveIcon, ArchiveRestore } from "lucide-preact";
import { Button } from "../../components/button";
import { api, body } from "../../lib/api/client";
import type { Project } from "../../lib/api/types";
import { settings } from "../../lib/messages/settings";
import type { ProjectStore } from "../../lib/store/project";
import { toast } from "../../lib/toasts";

/** Archiving is taken back as easily, so it asks nothing and offers undo. */
export function Archive({ store, project }: { store: ProjectStore; project: Project }) {
	const archived = project.archived_at !== null;
	return (
		<div class="row">
			<div class="row-words">
				<h3>{archived ? settings.unarchiveTitle : settings.archiveTitle}</h3>
				<p class="row-note">{archived ? settings.unarchiveHint : settings.archiveHint}</p>
			</div>
			{archived ? (
				<Button icon={ArchiveRestore} onClick={() => setArchived(store, false)}>
					{settings.unarchive}
				</Button>
			) : (
				<Button
					icon={ArchiveIcon}
					onClick={() => {
						setArchived(store, true);
						toast({ text: settings.archived(project.name), undo: () => setArchived(store, false) });
					}}
				>
					{settings.archive}
				</Button>
			)}
		</div>
	);
}

function setArchived(store: ProjectStore, archived: boolean): void {
	const archived_at = archived ? new Date().toISOString() : null;
	const address = "/projects/{project}/archive";
	const params = { path: { project: store.id } };
	store.edit({
		lane: "project",
		failure: () => (archived ? settings.couldNotArchive : settings.couldNotUnarchive),
		effect: () => ({ changes: { project: [{ id: store.id, archived_at }] } }),
		send: (key) => {
			const headers = { "Idempotency-Key": key };
			return body(
				archived ? api.PUT(address, { params, headers }) : api.DELETE(address, { params, headers }),
			);
		},
	});
}
